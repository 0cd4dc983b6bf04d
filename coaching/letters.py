"""Every room's letters: importing this makes their kinds known to the outbox."""

from coaching.welcome import letters as _welcome

__all__ = ["_welcome"]
