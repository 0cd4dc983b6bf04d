"""How many uploads of one person bring bytes at once. Each holds one of this process's threads for uploads (see
portal/pages.py), so whoever sends slowly on many lines would keep everybody else's recordings waiting."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# A page sends one at a time; lines that a phone lost count for up to a minute more (portal/arriving.py, SILENCE).
AT_ONCE = 12

_bringing: Counter[int] = Counter()
_counting = Lock()


class TooManyLines(Exception):
    """This person sends on as many lines as one may."""


@contextmanager
def turn(person_id: int) -> Iterator[None]:
    """While bytes come. Raises TooManyLines."""
    with _counting:
        if _bringing[person_id] >= AT_ONCE:
            raise TooManyLines
        _bringing[person_id] += 1
    try:
        yield
    finally:
        with _counting:
            _bringing[person_id] -= 1
            if not _bringing[person_id]:
                del _bringing[person_id]
