"""Whether our own mail server vouches for a sender (RFC 8601, Authentication-Results). No database, no settings."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

Proof = Literal["pass", "fail", "none"]

_RESULT = re.compile(r"^\s*(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"\b(?:header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"]+)", re.IGNORECASE
)
_COMMENT = re.compile(r"\([^()]*\)")


def proof_of(results: Sequence[str], *, server: str, sender: str) -> Proof:
    """What `server` (its name in the header) found out about a mail whose From is the address `sender`.

    `results` are the values of its Authentication-Results, the uppermost first. Only the uppermost of `server`
    counts: anybody can write such a header, but a server puts its own above those that it was given.

    DMARC decides where it was looked at, for it alone is about the address that people see. Else one way that
    passed for the sender's own domain is enough, and one that failed without such a pass is a failure.
    """
    ours = next((each for each in results if _named(each) == server.strip().lower()), None)
    if ours is None:
        return "none"
    found = list(_found(_COMMENT.sub("", ours), sender.rpartition("@")[2].lower()))
    judged = [result for way, result in found if way == "dmarc" and result in ("pass", "fail")]
    judged = judged or [result for way, result in found if way != "dmarc"]
    if "pass" in judged:
        return "pass"
    return "fail" if "fail" in judged else "none"


def _found(said: str, domain: str) -> Iterator[tuple[str, str]]:
    """Each way with its result; a pass for somebody else's domain says nothing."""
    for part in said.split(";")[1:]:
        if result := _RESULT.match(part):
            way, word = result[1].lower(), result[2].lower()
            for_them = way == "dmarc" or any(_is_theirs(each, domain) for each in _DOMAIN.findall(part))
            yield way, "none" if word == "pass" and not for_them else word


def _is_theirs(named: str, domain: str) -> bool:
    """Relaxed alignment (RFC 7489, 3.1): the same domain, or one below the other."""
    named = named.lower().rstrip(".")
    return named == domain or named.endswith(f".{domain}") or ("." in named and domain.endswith(f".{named}"))


def _named(result: str) -> str:
    return _COMMENT.sub("", result).split(";")[0].strip().split(" ")[0].lower()
