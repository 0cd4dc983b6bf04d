"""Measuring recordings, in a house of its own (see `room`): taking in, preparing, sending, and what is heard."""

import base64
import hashlib
import http.client
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from coaching.library.actions import add_lesson
from coaching.library.models import Lesson
from coaching.media.models import StoredFile
from coaching.people.models import Client, Practice, Practitioner
from coaching.practice.models import Assignment
from portal.bench import callers, heartbeats, listening, nginx, workup
from portal.bench.figures import Figure
from portal.bench.web import Web, cookie_of, running
from portal.running import prepare

MB = 1024 * 1024
LENGTH = 64 * MB  # of the file that is sent: an hour and more at 128 kbit/s
PART = 64 * 1024
RANGES, WHOLES, AT_ONCE = 3_000, 6, 8
PAGES = 200
_WAV = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\1\0\x44\xac\0\0\x88\x58\1\0\2\0\x10\0data\xff\xff\xff\xff"


def measure(megabytes: int) -> Iterator[Figure]:
    """`megabytes` is the size of the file that is taken in."""
    prepare.collect_static(settings.STATE_DIR / "static-files")
    lesson, given = _furnished()
    with running() as web:
        yield from _taking_in(web, lesson.practitioner.user, megabytes)
    with running() as web:
        yield from _listening(web, lesson, given)
        yield from _sending("the portal alone", web.port, _path(lesson), cookie_of(lesson.practitioner.user), web)
    yield from _behind_nginx(lesson)
    yield from workup.measure(lesson.practitioner.user)
    with running() as web:
        yield from heartbeats.measure(web, lesson, timezone.now())


def _furnished() -> tuple[Lesson, Assignment]:
    """A practitioner with a lesson of 64 MB, which a client has."""
    now = timezone.now()
    practice = Practice.objects.create(name="Bench", created_at=now)
    user = User.objects.create_user(email="practitioner@bench.example", name="Bea Bench")
    practitioner = Practitioner.objects.create(user=user, practice=practice, created_at=now)
    client_user = User.objects.create_user(email="client@bench.example", name="Cleo Client")
    client = Client.objects.create(user=client_user, practitioner=practitioner, since=now)
    place = Path(settings.MEDIA_ROOT) / "be" / "bench"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(os.urandom(LENGTH))
    file = StoredFile.objects.create(
        kind="audio",
        media_type="audio/mp4",
        name="bench",
        path="be/bench",
        size=LENGTH,
        sha256=hashlib.sha256(place.read_bytes()).hexdigest(),
        duration=4000.0,
        state="ready",
        created_at=now,
        created_by=user,
    )
    lesson = add_lesson(practitioner=practitioner, title="Bench", file=file, phase="unlearn", now=now)
    rhythm = Assignment.Rhythm.DAILY
    given = Assignment.objects.create(
        client=client, lesson=lesson, rhythm=rhythm, starts_on=now.date(), created_at=now
    )
    return lesson, given


def _path(lesson: Lesson) -> str:
    return reverse("lesson_sound", args=[lesson.pk])


# --- taking in ---------------------------------------------------------------------------------------


def _taking_in(web: Web, by: User, megabytes: int) -> Iterator[Figure]:
    """One upload by tus (creation, then the bytes), beside this machine's disk writing and hashing the same."""
    before = web.peak_memory()
    disk = _written_to_disk(megabytes)
    took = _uploaded(web.port, cookie_of(by), megabytes)
    yield Figure(f"{megabytes} MB taken in", megabytes / took, "MB/s")
    yield Figure("the disk alone: written, hashed and synced", megabytes / disk, "MB/s")
    yield Figure("web's memory before", before, "MB")
    yield Figure("web's memory at most, meanwhile", web.peak_memory(), "MB", 200)


def _bytes(megabytes: int) -> Iterator[bytes]:
    """A sound file's start and much noise, a megabyte at a time."""
    noise = os.urandom(MB)
    yield _WAV + noise[len(_WAV) :]
    for _ in range(megabytes - 1):
        yield noise


def _written_to_disk(megabytes: int) -> float:
    """Seconds."""
    begun, digest = time.perf_counter(), hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=settings.STATE_DIR) as file:
        for piece in _bytes(megabytes):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        while piece := file.read(MB):
            digest.update(piece)
    return time.perf_counter() - begun


def _uploaded(port: int, cookies: str, megabytes: int) -> float:
    """Seconds, from the first request to the answer to the last byte."""
    size, told = megabytes * MB, {"Cookie": cookies, "Tus-Resumable": "1.0.0", "Host": "localhost"}
    name, purpose = (base64.b64encode(word).decode() for word in (b"bench.wav", b"lesson"))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    begun = time.perf_counter()
    named = {"Upload-Length": str(size), "Upload-Metadata": f"filename {name},purpose {purpose}"}
    line.request("POST", reverse("uploads"), headers={**told, **named, "Content-Length": "0"})
    made = line.getresponse()
    made.read()
    place = made.headers["Location"].partition("localhost")[2]
    sent = {"Content-Type": "application/offset+octet-stream", "Content-Length": str(size), "Upload-Offset": "0"}
    line.request("PATCH", place, body=_bytes(megabytes), headers={**told, **sent})
    answer = line.getresponse()
    if answer.status != 204:
        raise RuntimeError(f"The upload was answered with {answer.status}: {answer.read()[:200]!r}")
    return time.perf_counter() - begun


# --- sending -----------------------------------------------------------------------------------------


def _behind_nginx(lesson: Lesson) -> Iterator[Figure]:
    if not nginx.program():
        return
    shelf = Path(settings.MEDIA_ROOT)
    with (
        running({"MEDIA_ACCEL": "/private-media"}) as web,
        tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as place,
        nginx.running(Path(place), site=web.port, shelf=shelf) as port,
    ):
        yield from _sending(
            "nginx, the portal asked", port, _path(lesson), cookie_of(lesson.practitioner.user), web
        )
        yield from _sending("nginx alone, nobody asked", port, f"/plain/{lesson.recording.file.path}", "", None)


def _sending(name: str, port: int, path: str, cookies: str, web: Web | None) -> Iterator[Figure]:
    parts = [_part(path, cookies, n) for n in range(RANGES)]
    callers.call(port, parts[:100], at_once=AT_ONCE)
    before = web.worked() if web else 0.0
    answers, took = callers.call(port, parts, at_once=AT_ONCE)
    _answered(206, answers)
    yield Figure(f"ranges of 64 KB: {name}", RANGES / took, "/s")
    if web:
        yield Figure(f"one range: the portal's own work, {name}", (web.worked() - before) / RANGES * 1000, "ms")
    answers, took = callers.call(port, [callers.get(path, cookies)] * WHOLES, at_once=2)
    _answered(200, answers)
    yield Figure(f"whole files of 64 MB: {name}", WHOLES * LENGTH / MB / took, "MB/s")


def _part(path: str, cookies: str, n: int) -> bytes:
    first = (n * 7919 * PART) % (LENGTH - PART)
    ranged = f"Range: bytes={first}-{first + PART - 1}\r\n\r\n".encode()
    return callers.get(path, cookies)[:-2] + ranged


def _answered(status: int, answers: list[callers.Answer]) -> None:
    if wrong := {each.status for each in answers} - {status}:
        raise RuntimeError(f"Answers were to be {status}, and some were {wrong}.")


# --- fifty listen ------------------------------------------------------------------------------------


def _listening(web: Web, lesson: Lesson, given: Assignment) -> Iterator[Figure]:
    clients = cookie_of(given.client.user)
    pages = [
        callers.get(reverse("library"), cookie_of(lesson.practitioner.user)),
        callers.get(reverse("today"), clients),
        callers.get(reverse("practice"), clients),
        callers.get(reverse("practice_lesson", args=[given.pk]), clients),
    ] * (PAGES // 4)
    listening.seconds(web.port, pages[:20])
    quiet = listening.seconds(web.port, pages)
    with listening.listeners(web.port, _path(lesson), cookie_of(lesson.practitioner.user)) as audience:
        begun, worked, heard = time.perf_counter(), web.worked(), audience.heard
        busy = listening.seconds(web.port, pages)
        while time.perf_counter() - begun < 12:
            time.sleep(0.5)
        took, worked = time.perf_counter() - begun, web.worked() - worked
        heard = audience.heard - heard
    name = f"{listening.LISTENERS} listen at 128 kbit/s"
    yield Figure("pages while nobody listens: median", statistics.median(quiet) * 1000, "ms")
    yield Figure(f"{name}: pages, median", statistics.median(busy) * 1000, "ms", 50)
    yield Figure(f"{name}: pages, 95 %", busy[int(len(busy) * 0.95)] * 1000, "ms", 75)
    yield Figure(f"{name}: what each got a second", heard * 8 / 1000 / took / listening.LISTENERS, "kbit/s")
    yield Figure(f"{name}: pieces that came late", audience.late, "", 0)
    yield Figure(f"{name}: cut off", audience.broken, "", 0)
    yield Figure(f"{name}: of one processor, pages included", 100 * worked / took, "%")
