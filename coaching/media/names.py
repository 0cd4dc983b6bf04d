"""What a file is called where people read it. A name is somebody else's words: it may try to look like another."""

import re
import unicodedata

LONGEST = 100  # characters before the ending

_ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/pdf": (".pdf",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "text/plain": (".txt", ".md", ".csv"),
}
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def clean(name: str) -> str:
    """The last part of a path, without what nobody can see: controls, and marks that turn the order of letters
    round ("gpj.exe" read backwards, Unicode TR 36)."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if each.isspace() else each for each in last if _shows(each))
    return " ".join(seen.split())[-200:]


def told(name: str, media_type: str) -> str:
    """The same, with the ending of what the file is. One that lost its whole name is called "file"."""
    name = clean(name)
    endings = _ENDINGS.get(media_type)
    if endings is None:
        return name
    stem = name
    if not name.lower().endswith(endings):
        stem = _ENDING.sub("", name) if media_type.startswith("image/") else name
        ending = endings[0]
    else:
        stem, dot, last = name.rpartition(".")
        ending = dot + last
    return (stem.strip(". ")[:LONGEST] or "file") + ending


def _shows(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
