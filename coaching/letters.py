"""Every room's letters: importing this makes their kinds known to the outbox."""
