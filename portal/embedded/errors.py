"""What goes wrong with the embedded servers, told in sentences."""

from pathlib import Path


class EmbeddedError(Exception):
    """The embedded servers cannot be had; the message is one plain sentence for whoever started them."""


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a server's log, each line indented on a line of its own; empty when there is none."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError:
        return ""
    return "".join(f"\n    {line}" for line in lines)
