"""What a document is, from the whole of it. None is ever shown as a page: they are handed out to be kept."""

import codecs
import zipfile
from pathlib import Path

from coaching.media import rules

_ODT = "application/vnd.oasis.opendocument.text"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOST_ENTRIES = 4000
_MOST_OF_A_NOTE = 200  # bytes: the note in an ODT that says what it is


def settle(path: Path, found: rules.FileType) -> rules.FileType:
    """The document at `path`, which began like `found`. Raises `rules.Refused` for one that is none after all."""
    if found == rules.TEXT:
        _check_text(path)
        return found
    if found == rules.ZIP:
        return _office(path)
    return found


def _check_text(path: Path) -> None:
    """Words throughout, in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while part := file.read(1024 * 1024):
                if rules.has_controls(decoder.decode(part)):
                    raise rules.Refused(rules.not_wanted({"document"}))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as problem:
        raise rules.Refused(rules.not_wanted({"document"})) from problem


def _office(path: Path) -> rules.FileType:
    """By what the archive holds. Nothing of it is unpacked but a note of some bytes; a text that brings programs
    along (macros) is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {each.filename for each in entries[:_MOST_ENTRIES]}
            if len(entries) > _MOST_ENTRIES or any(name.lower().endswith("vbaproject.bin") for name in names):
                raise rules.Refused(rules.not_wanted({"document"}))
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                return rules.FileType("document", _DOCX)
            if {"mimetype", "content.xml"} <= names and _note(archive) == _ODT:
                return rules.FileType("document", _ODT)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as problem:
        raise rules.Refused(rules.not_wanted({"document"})) from problem
    raise rules.Refused(rules.not_wanted({"document"}))


def _note(archive: zipfile.ZipFile) -> str:
    """It lies there unpacked (OpenDocument 1.3, part 2, 3.3): what is packed is no such note, and broken packing
    raises whatever it likes."""
    if archive.getinfo("mimetype").compress_type != zipfile.ZIP_STORED:
        return ""
    with archive.open("mimetype") as note:
        return note.read(_MOST_OF_A_NOTE).decode("ascii", "replace").strip()
