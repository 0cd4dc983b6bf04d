"""Pictures and documents for tests, made when they are needed."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

LISBON = {1: "N", 2: (38.0, 43.0, 20.0), 3: "W", 4: (9.0, 8.0, 22.0)}  # EXIF 2.32, table 15


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 400), **options: object) -> bytes:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", size, (200, 30, 30))
    made.paste((30, 30, 200), (size[0] // 2, 0, size[0], size[1]))
    held = BytesIO()
    made.save(held, form, **options)
    return held.getvalue()


def taken_in_lisbon(*, lying: bool = False) -> bytes:
    """With the place, the camera and a comment; `lying` as telephones keep what was taken upright."""
    exif = Image.Exif()
    exif[0x0110] = "Camera of Teresa"
    if lying:
        exif[0x0112] = 6
    exif.get_ifd(0x8825).update(LISBON)
    return picture(exif=exif, comment=b"SECRET PLACE") + b"BEHIND THE END"


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few bytes that says it is `side` by `side` points (ISO 15948, 11.2.2)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        sum_of = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_of)

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    points = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


def swollen(side: int = 9_000) -> bytes:
    """A progressive JPEG that says it is far larger than it is (ITU T.81, B.2.2): it would be unfolded whole."""
    content = bytearray(picture(progressive=True))
    frame = content.index(b"\xff\xc2")
    content[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    return bytes(content)


def archive(**files: str) -> bytes:
    """A ZIP of these files; "word__document_xml" is word/document.xml."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return held.getvalue()


def docx(**more: str) -> bytes:
    held = BytesIO(archive(word__document_xml="<w/>", **more))
    with zipfile.ZipFile(held, "a") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
    return held.getvalue()


def odt() -> bytes:
    return archive(mimetype="application/vnd.oasis.opendocument.text", content_xml="<office/>")


def broken_odt() -> bytes:
    """Its note is packed, and the packing is broken."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 5)
        made.writestr("content.xml", "<office/>")
    content = bytearray(held.getvalue())
    packed = content.index(b"mimetype") + len("mimetype")
    content[packed : packed + 2] = b"\xff\xff"
    return bytes(content)


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(600)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
