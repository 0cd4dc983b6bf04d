"""Every room's models, for Django. Rooms import from each other's rooms, never from here."""

from coaching.booking.models import Appointment, AppointmentChange, DateOverride, OpeningHours, SessionType
from coaching.library.models import Cue, Lesson, Program, ProgramStep, Recording
from coaching.live.models import Event
from coaching.media.models import Rendition, StoredFile
from coaching.messaging.models import Conversation, Message
from coaching.outbox.models import Letter, Suppression
from coaching.people.models import Client, Invitation, Practice, Practitioner
from coaching.practice.models import Assignment, Playback, PracticeEntry, ReserveRating
from coaching.reminders.models import ReminderChoice
from coaching.story.models import Consent, Story, StoryReading

__all__ = [
    "Appointment",
    "AppointmentChange",
    "Assignment",
    "Client",
    "Consent",
    "Conversation",
    "Cue",
    "DateOverride",
    "Event",
    "Invitation",
    "Lesson",
    "Letter",
    "Message",
    "OpeningHours",
    "Playback",
    "Practice",
    "PracticeEntry",
    "Practitioner",
    "Program",
    "ProgramStep",
    "Recording",
    "ReminderChoice",
    "Rendition",
    "ReserveRating",
    "SessionType",
    "StoredFile",
    "Story",
    "StoryReading",
    "Suppression",
]
