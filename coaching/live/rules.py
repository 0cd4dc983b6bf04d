"""What may travel to open pages: ids, never words."""

import re
from collections.abc import Mapping
from typing import Any

_KIND = re.compile(r"[a-z_]+(\.[a-z_]+)*")
_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)


def refuse_words(kind: str, about: Mapping[str, Any]) -> None:
    """Raises ValueError unless `kind` is like "message.new" and every value is a number, a truth or an id.

    Events pass through Redis, logs and browsers' tools: what people wrote is fetched by the page that may see it.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of event: use words in small letters with dots between.")
    for name, value in about.items():
        if isinstance(value, int) or value is None or (isinstance(value, str) and _ID.fullmatch(value)):
            continue
        raise ValueError(f"An event carries ids only; {name!r} of {kind!r} does not look like one.")
