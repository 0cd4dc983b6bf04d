"""One thing that happened with a client, as the timeline shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.booking.models import Appointment
from coaching.library.models import Lesson
from coaching.media.models import StoredFile
from coaching.messaging.markdown import as_line
from coaching.messaging.models import called
from coaching.practice.models import Assignment, Barrier, PracticeEntry
from coaching.story.models import Story


@dataclass(frozen=True)
class Event:
    """`data` are the columns of its kind; `private` and `told` are the words of a note."""

    at: datetime
    rank: str
    kind: str
    data: dict[str, Any]
    private: str = ""
    told: str = ""

    @property
    def template(self) -> str:
        return f"home/events/{self.kind}.html"

    @property
    def fresh_id(self) -> UUID:
        """Of a word that is said about it where it stands."""
        return uuid4()

    @property
    def label(self) -> str:
        """What a choice of its data is called."""
        data = self.data
        if self.kind == "session":
            return str(Appointment.Status(data["status"]).label)
        if self.kind == "given":
            return str(Assignment.Rhythm(data["rhythm"]).label)
        if self.kind == "barrier":
            return str(Barrier.Why(data["why"]).label)
        return str(Story.Decision(data["decision"]).label) if self.kind == "decided" else ""

    @property
    def length(self) -> str:
        """ "45 minutes", of a session."""
        minutes = round((datetime.fromisoformat(self.data["until"]) - self.at).total_seconds() / 60)
        return ngettext("%d minute", "%d minutes", minutes) % minutes

    @property
    def until(self) -> date | None:
        """The last day of what was given."""
        return date.fromisoformat(self.data["until"]) if self.data["until"] else None

    @property
    def said(self) -> str:
        """A message in short: one without words is called after its first file."""
        words: str = self.data["words"]
        return as_line(words) or called(self.data["first_kind"])

    @property
    def tag(self) -> str:
        return _("Shared") if self.data.get("shared") else _("Not shared yet")


@dataclass(frozen=True)
class PracticeEvent(Event):
    """One doing of a lesson. Its row is made anew from what was read, for what draws it elsewhere too."""

    @property
    def entry(self) -> PracticeEntry:
        data = self.data
        names = ("before", "after", "felt", "words", "control", "soreness")
        entry = PracticeEntry(pk=int(data["pk"]), **{name: data[name] for name in names})
        entry.lesson = Lesson(title=data["lesson"])
        if voice := data["voice"]["id"] and data["voice"]:
            entry.voice = StoredFile(pk=voice["id"], duration=voice["duration"], peaks=voice["peaks"] or [])
        return entry
