"""What a machine wrote. No database, no clock, no settings.

Answering machines is how two of them come to write to each other all night. We never answer mail by mail, so
nothing can turn in a circle; but a holiday note must not count as somebody's word either.
"""

from collections.abc import Mapping
from typing import Literal

Hand = Literal["person", "program", "machine"]

_LISTS = {"bulk", "junk", "list", "auto_reply"}
_BOUNCES = ("mailer-daemon@", "postmaster@")


def hand_of(headers: Mapping[str, str], *, sender: str, content_type: str) -> Hand:
    """Who wrote it: a person, a program on a person's behalf (a calendar's answer is often marked so), or a machine
    by itself (holiday notes, bounces, lists). `headers` by their names in lower case."""
    submitted = headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    if submitted.startswith("auto-replied") or "x-autoreply" in headers or "x-autorespond" in headers:
        return "machine"
    if headers.get("precedence", "").strip().lower() in _LISTS or "list-id" in headers:
        return "machine"
    if headers.get("return-path", "").strip() == "<>":  # nobody to answer to: RFC 5321, 4.5.5
        return "machine"
    if content_type == "multipart/report" or sender.startswith(_BOUNCES):
        return "machine"
    by_itself = submitted != "no" or "x-auto-response-suppress" in headers  # Exchange marks its holiday notes so
    return "program" if by_itself else "person"
