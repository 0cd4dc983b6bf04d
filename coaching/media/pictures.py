"""Pictures are never kept as they came: each is decoded and written anew, upright, and without what it tells
besides (where and when it was taken, by which camera, small previews of what was cut away, bytes behind its end).

The decoder is told which format to expect and is asked for the size first: a small file that unfolds to gigabytes
is refused before anything is unfolded.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

from PIL import Image, ImageCms, ImageOps

from coaching.media import rules

MOST_POINTS = 100_000_000  # of a JPEG, which is read at half or a quarter of its size; telephones make such
MOST_POINTS_WHOLE = 40_000_000  # of the others, and of a progressive JPEG, which are unfolded whole: 160 MB
_at_once = BoundedSemaphore(2)  # in one process: however many come together, no more memory is taken
LONG_SIDE = 2560  # pixels, of what is kept
SMALL_SIDE = 960  # of what a conversation shows
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_JPEG = rules.FileType("image", "image/jpeg")
_PNG = rules.FileType("image", "image/png")
# Whatever a decoder may raise about bytes that are not what they say.
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, MemoryError, OverflowError,
    ZeroDivisionError, RuntimeError,
)  # fmt: skip
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
Image.MAX_IMAGE_PIXELS = MOST_POINTS


@dataclass(frozen=True)
class Written:
    """What was made of a picture; `width` and `height` in pixels, as it is seen."""

    found: rules.FileType
    path: Path
    small: Path
    small_size: int
    small_sha256: str
    width: int
    height: int


def write_anew(path: Path, found: rules.FileType) -> Written:
    """Beside `path`, as "NAME.anew" and "NAME.small". Raises `rules.Refused`; then both are gone."""
    anew, small = path.with_name(f"{path.name}.anew"), path.with_name(f"{path.name}.small")
    try:
        with _at_once, Image.open(path, formats=[_FORMATS[found.media_type]]) as picture:
            _check_size(picture)
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
            seen = _seen(picture)
        kept = _save(seen, anew)
        seen.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
        _save(seen, small)
    except rules.Refused:
        raise
    except _BOMBS as problem:
        raise rules.Refused(rules.too_many_points(MOST_POINTS_WHOLE // 1_000_000)) from problem
    except _BROKEN as problem:
        for made in (anew, small):
            made.unlink(missing_ok=True)
        raise rules.Refused(rules.unreadable_picture()) from problem
    with Image.open(anew) as written:
        return Written(kept, anew, small, *measure(small), *written.size)


def measure(path: Path) -> tuple[int, str]:
    """Bytes, and their SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    in_parts = picture.format == "JPEG" and "progressive" not in picture.info
    most = MOST_POINTS if in_parts else MOST_POINTS_WHOLE
    if width * height > most:
        raise rules.Refused(rules.too_many_points(most // 1_000_000))


def _seen(picture: Image.Image) -> Image.Image:
    """As it looks: its first picture if it moves, turned as the camera says, in the colours of the web."""
    picture.load()
    seen = ImageOps.exif_transpose(picture) or picture
    see_through = seen.mode in ("RGBA", "LA", "PA") or "transparency" in seen.info
    profile = seen.info.get("icc_profile")
    seen = seen.convert("RGBA" if see_through else "RGB")
    if profile:
        seen = _in_srgb(seen, profile)
    seen.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return seen


def _in_srgb(seen: Image.Image, profile: bytes) -> Image.Image:
    """The profile goes with the rest; what it said about colours is kept. One that is broken says nothing."""
    try:
        wide = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(seen, wide, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return seen
    return turned or seen


def _save(seen: Image.Image, path: Path) -> rules.FileType:
    """Only the points: neither EXIF nor XMP nor a comment is given along."""
    bare = Image.frombytes(seen.mode, seen.size, seen.tobytes())
    with path.open("wb") as file:
        if seen.mode == "RGBA":
            bare.save(file, "PNG", optimize=False)
        else:
            bare.save(file, "JPEG", quality=85, optimize=True, progressive=True)
    path.chmod(0o600)
    return _PNG if seen.mode == "RGBA" else _JPEG
