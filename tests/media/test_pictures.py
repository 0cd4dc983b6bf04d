"""Pictures are written anew; documents are known by their bytes; what only pretends is refused in one sentence."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from coaching.media import names
from coaching.media.actions import drop, take_in
from coaching.media.models import Rendition, StoredFile
from coaching.media.rules import Refused
from coaching.people.models import Practitioner
from tests.media import pictures, sounds

ALL = tuple(StoredFile.Kind)


def _take(content: bytes, by: Practitioner, now: datetime, name: str = "photo.jpg") -> StoredFile:
    return take_in(upload=sounds.upload(content, name), by=by.user, kinds=ALL, now=now)


def test_a_picture_loses_its_place_its_camera_and_what_hangs_behind_it(
    marta: Practitioner, now: datetime, shelf: Path
) -> None:
    file = _take(pictures.taken_in_lisbon(lying=True), marta, now)
    kept = [path.read_bytes() for path in shelf.rglob("*") if path.is_file()]
    assert len(kept) == 2  # itself, and the smaller form
    for content in kept:
        for told in (b"Exif", b"Camera", b"SECRET", b"BEHIND", b"GPS"):
            assert told not in content
        assert not Image.open(BytesIO(content)).getexif()
    assert (file.made["width"], file.made["height"]) == (400, 640)  # turned upright
    assert (shelf / file.path).stat().st_size == file.size
    top = Image.open(shelf / file.path).convert("RGB").getpixel((200, 20))
    assert isinstance(top, tuple)
    assert top[0] > top[2]  # red was left, and is on top now


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "JPEG"])
def test_each_kind_of_picture_becomes_one_that_every_phone_shows(
    marta: Practitioner, now: datetime, shelf: Path, form: str
) -> None:
    file = _take(pictures.picture(form, size=(3000, 1000)), marta, now, "holiday.bmp")
    assert (file.kind, file.media_type, file.name) == ("image", "image/jpeg", "holiday.jpg")
    assert (file.made["width"], file.made["height"]) == (2560, 853)
    small = file.made_as(Rendition.Form.SMALL_PICTURE)
    assert small
    assert Image.open(shelf / small.path).size == (960, 320)


def test_what_one_can_see_through_stays_so(marta: Practitioner, now: datetime, shelf: Path) -> None:
    held = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(held, "PNG")
    file = _take(held.getvalue(), marta, now)
    assert (file.media_type, file.name) == ("image/png", "photo.png")
    assert Image.open(shelf / file.path).getpixel((3, 3)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pictures.bomb(), "This picture is too large. Pictures up to 40 megapixels work."),
        (pictures.swollen(), "This picture is too large. Pictures up to 40 megapixels work."),
        (pictures.bomb(6000), "This picture cannot be read"),
        (pictures.picture()[:2000], "This picture cannot be read"),
        (b"\xff\xd8\xff\xe0" + bytes(400), "This picture cannot be read"),
        (b"GIF89a" + pictures.HTML * 9, "This picture cannot be read"),
        (pictures.HEIC, "This picture is in the format HEIC"),
        (pictures.SVG, "This kind of file does not work here"),
        (b"\xef\xbb\xbf \n" + pictures.SVG, "This kind of file does not work here"),
        (pictures.HTML, "This kind of file does not work here"),
        (pictures.archive(payload="x"), "This is not a document that we can read"),
        (pictures.docx(word__vbaProject_bin="macro"), "This is not a document that we can read"),
        (pictures.broken_odt(), "This is not a document that we can read"),
        (b"PK\x03\x04" + bytes(400), "This is not a document that we can read"),
        (b"Words, " * 200 + b"\x00\x01", "This is not a document that we can read"),
        (b"Words, " * 200 + b"\xff\xfe", "This is not a document that we can read"),
    ],
)
def test_what_only_pretends_is_refused_and_leaves_nothing(
    marta: Practitioner, now: datetime, shelf: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        _take(content, marta, now)
    assert [path for path in shelf.rglob("*") if path.is_file()] == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (b"%PDF-1.7\n" + bytes(500), "application/pdf", "plan.pdf"),
        (pictures.odt(), "application/vnd.oasis.opendocument.text", "plan.odt"),
        (pictures.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "plan.docx"),
        ("Zwölf Wörter, أو أكثر".encode() * 60, "text/plain", "plan.txt"),
    ],
)
def test_documents_are_known_by_their_bytes(
    marta: Practitioner, now: datetime, content: bytes, media_type: str, name: str
) -> None:
    file = _take(content, marta, now, "plan")
    assert (file.kind, file.media_type, file.name, file.state) == ("document", media_type, name, "ready")


@pytest.mark.parametrize(
    ("given", "media_type", "shown"),
    [
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\t\\plan.pdf", "application/pdf", "plan.pdf"),
        ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe.pdf"),
        ("a\u200bb\x00c\n d.pdf", "application/pdf", "abc d.pdf"),
        ("page.html", "text/plain", "page.html.txt"),
        ("photo.HEIC", "image/jpeg", "photo.jpg"),
        ("\u202e\u200b", "application/pdf", "file.pdf"),
        (".pdf", "application/pdf", "file.pdf"),
        ("x" * 400 + ".pdf", "application/pdf", "x" * 100 + ".pdf"),
    ],
)
def test_a_name_shows_what_the_file_is_and_nothing_else(given: str, media_type: str, shown: str) -> None:
    assert names.told(given, media_type) == shown


def test_dropped_it_leaves_nothing(marta: Practitioner, now: datetime, shelf: Path) -> None:
    drop(file=_take(pictures.picture(), marta, now))
    assert [path for path in shelf.rglob("*") if path.is_file()] == []
    assert not Rendition.objects.exists()
