"""How many pages may hold a stream: no process takes more than it has files to open, nor one person a great many.

Whoever finds no room asks again and again instead (`views.since`): later, but told all the same.
"""

import resource

OF_ONE = 30  # pages of one person in one process: a browser holds one for all of its tabs
_FOR_OTHERS = 256  # files that pages, the database and Redis need
_WITHOUT_LIMIT = 10_000


def of_all() -> int:
    """Streams that this process can hold."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, limit - _FOR_OTHERS) if limit != resource.RLIM_INFINITY else _WITHOUT_LIMIT


def make_room() -> None:
    """Let this process open as many files as it may: systems begin with 1,024, and each stream is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _WITHOUT_LIMIT + _FOR_OTHERS
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
