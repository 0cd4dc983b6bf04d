"""Files as telephones, browsers and mishaps make them: each comes out right, or gets its own clear sentence."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import av
import pytest

from coaching.media import encoding, processing
from coaching.media.actions import take_in
from coaching.media.models import Rendition, StoredFile
from coaching.media.rules import Refused
from coaching.people.models import Practitioner
from tests.media import sounds

Prepare = Callable[[bytes], StoredFile]
_TONE = ["-f", "lavfi", "-i", "sine=frequency=220:duration=3"]
_SMALL_PICTURE = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=15:duration=3"]
_QUICK = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]


@pytest.fixture
def prepare(marta: Practitioner, now: datetime) -> Prepare:
    def prepared(content: bytes) -> StoredFile:
        file = take_in(upload=sounds.upload(content), by=marta.user, kinds=("audio", "video"), now=now)
        assert processing.process(file_id=file.pk, now=now)
        file.refresh_from_db()
        return file

    return prepared


def _made(file: StoredFile, form: str, shelf: Path) -> Path:
    return shelf / file.renditions.get(form=form).path


def _size(path: Path) -> tuple[int, int]:
    with av.open(str(path)) as container:
        return container.streams.video[0].width, container.streams.video[0].height


def _first_picture(path: Path) -> list[list[int]]:
    """Grey values of 16 by 16 points."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0)).reformat(16, 16, "gray")
    plane = frame.planes[0]
    rows = memoryview(plane).cast("B")
    return [list(rows[y * plane.line_size :][:16]) for y in range(16)]


def _loudness(path: Path) -> float:
    return encoding.measure(encoding.Source(path, "mov"), beat=lambda _: None).integrated


def test_a_browsers_recording_that_says_no_length_gets_one(prepare: Prepare, shelf: Path) -> None:
    recorded = sounds.made("recorded.webm", *_TONE, "-c:a", "libopus", "-live", "1")
    file = prepare(recorded)
    assert file.state == "ready"
    assert file.duration == pytest.approx(3, abs=0.1)


def test_a_browsers_film_that_says_neither_length_nor_rate_keeps_its_pictures(
    prepare: Prepare, shelf: Path
) -> None:
    coded = ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"]
    file = prepare(sounds.made("filmed.webm", *_SMALL_PICTURE, *_TONE, *coded, "-live", "1"))
    assert (file.state, file.kind) == ("ready", "video")
    with av.open(str(_made(file, Rendition.Form.FILM, shelf))) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    assert 40 <= pictures <= 95  # 45 in three seconds, never the thousand a second that such a file claims


def test_a_film_held_upright_comes_out_upright(prepare: Prepare, shelf: Path, tmp_path: Path) -> None:
    """Telephones film lying and write down how they were held: what is left in the file is above for people."""
    lying = tmp_path / "lying.mp4"
    half = "color=white:size=320x360:rate=10:duration=2,pad=640:360:0:0:black"
    lying.write_bytes(sounds.made("lying.mp4", "-f", "lavfi", "-i", half, *_QUICK))
    file = prepare(sounds.made("held.mp4", "-display_rotation", "270", "-i", str(lying), "-c", "copy"))
    for form in (Rendition.Form.FILM, Rendition.Form.SMALL_FILM, Rendition.Form.POSTER):
        made = _made(file, form, shelf)
        wide, high = _size(made)
        assert wide < high
        picture = _first_picture(made)
        assert picture[1][8] > 200 > 50 > picture[14][8]


def test_a_film_of_wide_points_gets_square_ones(prepare: Prepare, shelf: Path) -> None:
    file = prepare(sounds.made("wide.mp4", *_SMALL_PICTURE, "-vf", "scale=240:180,setsar=4/3", *_QUICK))
    assert _size(_made(file, Rendition.Form.FILM, shelf)) == (320, 180)


def test_a_bright_film_of_a_new_phone_is_made_for_ordinary_screens(prepare: Prepare, shelf: Path) -> None:
    bright = [
        "-vf",
        "format=yuv420p10le,setparams=color_trc=arib-std-b67:color_primaries=bt2020:colorspace=bt2020nc",
    ]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-color_trc", "arib-std-b67"]
    file = prepare(sounds.made("bright.mp4", *_SMALL_PICTURE, *bright, *coded))
    assert file.state == "ready"
    with av.open(str(_made(file, Rendition.Form.FILM, shelf))) as container:
        picture = container.streams.video[0].codec_context
        assert (picture.pix_fmt, picture.color_trc) == ("yuv420p", 1)  # 1: BT.709 (ITU-T H.273)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("odd.wav", ["-ac", "1", "-ar", "11025"]),
        ("many.flac", ["-ac", "6", "-ar", "96000"]),
        ("old.wav", ["-c:a", "pcm_u8", "-ar", "8000"]),
        ("stereo.mp3", ["-ac", "2", "-ar", "32000"]),
    ],
)
def test_whatever_channels_and_rates_the_voice_is_as_loud(
    prepare: Prepare, shelf: Path, name: str, how: list[str]
) -> None:
    file = prepare(sounds.made(name, *_TONE, *how))
    assert file.state == "ready"
    assert _loudness(_made(file, Rendition.Form.SOUND, shelf)) == pytest.approx(-16, abs=1)


def test_a_whisper_is_raised_without_its_pauses(prepare: Prepare, shelf: Path) -> None:
    """One gain for all of it: what is said becomes loud, and the room between stays as far below."""
    voice = "aevalsrc=0.02*sin(660*t)*lt(mod(t\\,2)\\,1)+0.0002*sin(1320*t):duration=8"
    made = _made(prepare(sounds.made("whisper.flac", "-f", "lavfi", "-i", voice)), Rendition.Form.SOUND, shelf)
    assert _loudness(made) == pytest.approx(-16, abs=1)
    peaks = encoding.hear_peaks(made, 8.0, beat=lambda _: None)
    assert (min(peaks), max(peaks)) == (pytest.approx(1, abs=1), 100)


def test_a_word_shorter_than_the_measure_is_heard(prepare: Prepare) -> None:
    file = prepare(sounds.made("word.wav", "-f", "lavfi", "-i", "sine=frequency=220:duration=0.3"))
    assert (file.state, file.failure) == ("ready", "")


def test_the_picture_on_a_song_is_no_film(prepare: Prepare, tmp_path: Path) -> None:
    cover, song = tmp_path / "cover.png", tmp_path / "song.m4a"
    cover.write_bytes(sounds.made("cover.png", *_SMALL_PICTURE, "-frames:v", "1"))
    song.write_bytes(sounds.tone())
    both = ["-i", str(song), "-i", str(cover), "-c", "copy", "-map", "0", "-map", "1"]
    file = prepare(sounds.made("covered.m4a", *both, "-disposition:v:0", "attached_pic", "-f", "ipod"))
    assert (file.kind, {made.form for made in file.renditions.all()}) == ("audio", {"sound"})


def test_the_still_of_a_film_that_begins_black_shows_something(prepare: Prepare, shelf: Path) -> None:
    late = ["-vf", "fade=in:start_time=1:duration=0.2"]
    poster = _made(prepare(sounds.made("late.mp4", *_SMALL_PICTURE, *late, *_QUICK)), Rendition.Form.POSTER, shelf)
    shown = _first_picture(poster)
    assert sum(map(sum, shown)) / 256 > 60
    assert poster.stat().st_size < 200_000
    assert poster.read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_film_that_is_black_throughout_still_has_one(prepare: Prepare) -> None:
    black = ["-f", "lavfi", "-i", "color=black:size=320x180:rate=10:duration=2"]
    assert prepare(sounds.made("black.mp4", *black, *_QUICK)).renditions.filter(form="poster").exists()


def test_a_silent_track_is_left_out_of_a_film(prepare: Prepare) -> None:
    silent = ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono", "-t", "2"]
    file = prepare(sounds.made("still.mp4", *_SMALL_PICTURE, *silent, *_QUICK))
    assert (file.state, {made.form for made in file.renditions.all()}) == ("ready", {"film", "small", "poster"})
    assert file.duration == pytest.approx(2, abs=0.2)


def test_sound_that_begins_later_than_its_film_stays_beside_it(prepare: Prepare, shelf: Path) -> None:
    delayed = [*_SMALL_PICTURE, "-itsoffset", "1", *_TONE, *_QUICK, "-c:a", "aac"]
    file = prepare(sounds.made("delayed.mkv", *delayed, "-f", "matroska"))
    peaks = file.peaks
    assert max(peaks[:50]) <= 1 < 90 < min(peaks[80:200])
    assert file.duration == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "neither sound nor film"),
        (b"OggS\x00\x02<html><script>alert(1)</script>" * 20, "cannot be read"),
        (b"GIF89a/*" + bytes(100) + b"*/=1;alert(1)", "neither sound nor film"),
        (b"\x00\x00\x00\x18ftypisom<html>" + bytes(500), "cannot be read"),
        (b"", "empty"),
    ],
)
def test_what_pretends_to_be_a_film_is_refused(
    marta: Practitioner, now: datetime, shelf: Path, content: bytes, sentence: str
) -> None:
    upload = sounds.upload(content, "film.mp4")
    with pytest.raises(Refused, match=sentence):
        take_in(upload=upload, by=marta.user, kinds=("audio", "video"), now=now)
    assert not [path for path in shelf.rglob("*") if path.is_file()]


def test_a_film_larger_than_any_camera_makes_is_refused(marta: Practitioner, now: datetime, shelf: Path) -> None:
    vast = ["-f", "lavfi", "-i", "color=size=16000x8000:rate=1:duration=1", "-c:v", "mjpeg", "-q:v", "31"]
    upload = sounds.upload(sounds.made("vast.mp4", *vast))
    with pytest.raises(Refused, match="Films up to 8K work"):
        take_in(upload=upload, by=marta.user, kinds=("audio", "video"), now=now)


def test_a_page_hidden_behind_a_film_does_not_reach_what_people_get(prepare: Prepare, shelf: Path) -> None:
    file = prepare(sounds.film() + b"<html><script>alert(1)</script>")
    assert file.state == "ready"
    assert all(b"<script>" not in (shelf / made.path).read_bytes() for made in file.renditions.all())


def test_a_film_that_breaks_off_in_the_middle_is_said(prepare: Prepare) -> None:
    ready = [*_SMALL_PICTURE, "-f", "lavfi", "-i", "sine=duration=30", *_QUICK, "-movflags", "+faststart"]
    whole = sounds.made("whole.mp4", *ready)
    file = prepare(whole[: len(whole) // 2])
    assert (file.state, file.failure[:26]) == ("failed", "This recording breaks off ")


def test_a_film_without_sound_that_breaks_off_is_said_too(prepare: Prepare) -> None:
    long = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=5:duration=30"]
    whole = sounds.made("mute.mp4", *long, *_QUICK, "-g", "10", "-movflags", "+faststart")
    file = prepare(whole[: len(whole) // 2])
    assert (file.state, file.failure[:26]) == ("failed", "This recording breaks off ")


def test_a_recording_of_more_than_half_a_day_is_refused(marta: Practitioner, now: datetime, shelf: Path) -> None:
    slow = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=1/600:duration=46800"]  # a picture every ten minutes
    upload = sounds.upload(sounds.made("slow.mp4", *slow, *_QUICK))
    with pytest.raises(Refused, match="longer than twelve hours"):
        take_in(upload=upload, by=marta.user, kinds=("audio", "video"), now=now)
    assert not [path for path in shelf.rglob("*") if path.is_file()]
