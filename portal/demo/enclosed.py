"""What people of the demo send along with their words: drawn, spoken and written here, in a second."""

import math
import subprocess
import wave
from collections.abc import Callable, Iterator
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from coaching.media import ffmpeg
from portal.demo.speech import voice

_FLOOR, _WALL, _MAT, _SKIN, _CLOTH, _DAYLIGHT, _TOWEL = (
    "#d9c9ae",
    "#efe9dc",
    "#7f9a86",
    "#c99a78",
    "#3f5f74",
    "#ecdfc2",
    "#f6f1e6",
)
_LINES = (
    "A towel for the side bend",
    "",
    "1. Fold it once, and once more. Roll it, not too tight.",
    "2. Lie on the easier side. The roll goes under the waist,",
    "   above the hip bone, below the last rib.",
    "3. Let the waist come down on it for three breaths.",
    "4. Then the side bend, half as large as without the towel.",
    "",
    "Take it away as soon as the waist gets there by itself.",
)
_SPOKEN = (
    "I did it on the other side as well. On the right it is quiet. On the left there is a small step in the middle."
)


def made(name: str) -> SimpleUploadedFile:
    """The file of that name. KeyError for one that nobody of the demo has."""
    make, media_type = _FILES[name]
    return SimpleUploadedFile(name, make(), media_type)


def _picture() -> bytes:
    held = BytesIO()
    _room(1600, 1000, bend=0.35).save(held, "JPEG", quality=88)
    return held.getvalue()


def _room(width: int, height: int, *, bend: float) -> Image.Image:
    """Daylight on the floor; somebody lies on the side on a mat, a roll under the waist; `bend` from 0 (long) to 1.

    Drawn at twice the size, so that no edge shows steps.
    """
    wide, high = 2 * width, 2 * height
    scene = Image.new("RGB", (wide, high), _WALL)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, 0.42 * high, wide, high), fill=_FLOOR)
    _four(draw, wide, high, ((0.56, 0.42), (0.86, 0.42), (1.02, 1.0), (0.5, 1.0)), _DAYLIGHT)
    _four(draw, wide, high, ((0.1, 0.66), (0.9, 0.66), (0.97, 0.88), (0.03, 0.88)), _MAT)
    rise = 0.04 + 0.09 * bend
    body = [(wide * (0.25 + 0.58 * t), high * (0.66 - rise * math.sin(math.pi * t) + 0.05 * t)) for t in _steps()]
    middle, thick = body[60], high * 0.2
    roll = (middle[1] + thick * 0.42, high * 0.052)
    draw.ellipse((middle[0] - high * 0.075, roll[0], middle[0] + high * 0.075, roll[0] + 2 * roll[1]), fill=_TOWEL)
    _worm(draw, body[74:], thick * 0.95, thick * 0.42, "#586f7d")
    _worm(draw, body[:80], thick * 0.95, thick, _CLOTH)
    size = high * 0.088
    head = (body[0][0] - thick * 0.72, body[0][1] - thick * 0.02)
    draw.ellipse((head[0] - size, head[1] - size, head[0] + size, head[1] + size), fill=_SKIN)
    draw.chord((head[0] - size, head[1] - size, head[0] + size, head[1] + size), 120, 300, fill="#4a3728")
    return scene.resize((width, height), Image.Resampling.LANCZOS)


def _four(
    draw: ImageDraw.ImageDraw, wide: int, high: int, corners: tuple[tuple[float, float], ...], colour: str
) -> None:
    draw.polygon([(wide * x, high * y) for x, y in corners], fill=colour)


def _steps(count: int = 160) -> list[float]:
    return [n / (count - 1) for n in range(count)]


def _worm(
    draw: ImageDraw.ImageDraw, line: list[tuple[float, float]], begins: float, ends: float, colour: str
) -> None:
    """A soft thick line that grows thinner, or thicker, on its way."""
    for n, (x, y) in enumerate(line):
        half = (begins + (ends - begins) * n / (len(line) - 1)) / 2
        draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)


def _film() -> bytes:
    """Four seconds of the movement, at ten pictures a second."""
    width, height, rate = 480, 300, 10
    coded = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-movflags",
        "frag_keyframe+empty_moov",
    ]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate), "-i", "pipe:0"]
    asked = [ffmpeg.program(), "-v", "error", *raw, *coded, "-f", "mp4", "pipe:1"]
    return subprocess.run(
        asked, input=b"".join(_frames(width, height, 4 * rate)), capture_output=True, check=True
    ).stdout


def _frames(width: int, height: int, count: int) -> Iterator[bytes]:
    for n in range(count):
        bend = 0.5 - 0.5 * math.cos(2 * math.pi * n / count)
        yield _room(width, height, bend=bend).tobytes()


def _document() -> bytes:
    """A page of A5."""
    page = Image.new("RGB", (874, 1240), "white")
    draw = ImageDraw.Draw(page)
    for n, line in enumerate(_LINES):
        draw.text((90, 120 + 60 * n), line, fill="#23271f", font_size=40 if n == 0 else 24)
    held = BytesIO()
    page.save(held, "PDF", resolution=150)
    return held.getvalue()


def _voice() -> bytes:
    held = BytesIO()
    with voice() as speaking, wave.open(held, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(speaking.rate)
        sound.writeframes(speaking.say(_SPOKEN))
    return held.getvalue()


_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "With the towel.jpg": (_picture, "image/jpeg"),
    "Side bend, left.mp4": (_film, "video/mp4"),
    "A towel for the side bend.pdf": (_document, "application/pdf"),
    "Voice note.wav": (_voice, "audio/wav"),
}
