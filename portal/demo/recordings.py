"""The demo's lessons, spoken and taken in as a practitioner's uploads are."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from coaching.library import actions as library
from coaching.library.models import Lesson
from coaching.library.rules import NewChapter, NewCue
from coaching.media import actions as media
from coaching.media.models import StoredFile
from coaching.people.models import Practitioner
from portal.demo.compose import Composed, compose
from portal.demo.scripts import Script, scripts
from portal.demo.speech import Voice, voice

SHORT = 4  # stretches: enough for a swell
FEW = 3  # lessons


def add_lessons(practitioner: Practitioner, *, now: datetime) -> dict[str, Lesson]:
    """All lessons, by title. One that comes after another stands behind it."""
    lessons: dict[str, Lesson] = {}
    with voice() as speaking:
        for script in scripts():
            composed = compose(script, voice=speaking)
            lessons[script.title] = _add(practitioner, script, composed, now, lessons.get(script.follows))
    return lessons


def add_short_lessons(practitioners: Iterable[Practitioner], *, now: datetime) -> None:
    """The first minute of a few lessons, for practitioners of the large demo."""
    with voice() as speaking:
        spoken = [_begun(script, speaking) for script in scripts()[:FEW]]
    for practitioner in practitioners:
        for script, composed in spoken:
            _add(practitioner, script, composed, now, None)


def _begun(script: Script, speaking: Voice) -> tuple[Script, Composed]:
    short = script.shortened(SHORT)
    return short, compose(short, voice=speaking)


def _add(
    practitioner: Practitioner, script: Script, composed: Composed, now: datetime, follows: Lesson | None
) -> Lesson:
    upload = SimpleUploadedFile(f"{script.title}.wav", composed.wav(), "audio/wav")
    file = media.take_in(upload=upload, by=practitioner.user, kinds=(StoredFile.Kind.AUDIO,), now=now)
    return library.add_lesson(
        practitioner=practitioner,
        title=script.title,
        file=file,
        phase=script.phase,
        purpose=script.purpose,
        position=script.position,
        area=script.area,
        instructions=script.instructions,
        cautions=script.cautions,
        captions=composed.vtt(),
        cues=[NewCue(cue.kind, cue.start, cue.end, cue.words) for cue in composed.cues],
        chapters=[NewChapter(each.start, each.words) for each in composed.chapters],
        follows=follows,
        open_to_visitors=script.open_to_visitors,
        now=now,
    )
