"""Every room's models, for Django. Rooms import from each other's rooms, never from here."""

from coaching.booking.models import (
    Appointment,
    AppointmentChange,
    BusyCalendar,
    BusyTime,
    CalendarFeed,
    CalendarReply,
    ChangeRequest,
    DateOverride,
    KeptFree,
    OpeningHours,
    Question,
    Series,
    SessionType,
    WaitingPlace,
    Workload,
)
from coaching.journal.models import NoteTemplate, SessionNote, SessionTask, SetAside
from coaching.library.models import Chapter, Cue, Lesson, Program, ProgramStep, Recording
from coaching.live.models import Event
from coaching.mailroom.models import IncomingMail
from coaching.media.models import Rendition, StoredFile, Upload
from coaching.messaging.models import Attachment, Conversation, Draft, Message
from coaching.messaging.models_by_mail import UntakenMail
from coaching.messaging.models_desk import AnsweringHours, Away, SavedAnswer
from coaching.outbox.models import Device, Heartbeat, Letter, Suppression
from coaching.people.models import Client, Invitation, Practice, Practitioner
from coaching.practice.models import Assignment, Barrier, Listening, Playback, PracticeEntry
from coaching.practice.models_arc import Agreed, Graduation, KitLesson
from coaching.reminders.models import ReminderChoice, SweepMark, Wording
from coaching.story.models import (
    Activity,
    ActivityRating,
    BodyMap,
    Consent,
    Happening,
    ReserveRating,
    Story,
    StoryAnswer,
    StoryQuestion,
    StoryReading,
)

__all__ = [
    "Activity",
    "ActivityRating",
    "Agreed",
    "AnsweringHours",
    "Appointment",
    "AppointmentChange",
    "Assignment",
    "Attachment",
    "Away",
    "Barrier",
    "BodyMap",
    "BusyCalendar",
    "BusyTime",
    "CalendarFeed",
    "CalendarReply",
    "ChangeRequest",
    "Chapter",
    "Client",
    "Consent",
    "Conversation",
    "Cue",
    "DateOverride",
    "Device",
    "Draft",
    "Event",
    "Graduation",
    "Happening",
    "Heartbeat",
    "IncomingMail",
    "Invitation",
    "KeptFree",
    "KitLesson",
    "Lesson",
    "Letter",
    "Listening",
    "Message",
    "NoteTemplate",
    "OpeningHours",
    "Playback",
    "Practice",
    "PracticeEntry",
    "Practitioner",
    "Program",
    "ProgramStep",
    "Question",
    "Recording",
    "ReminderChoice",
    "Rendition",
    "ReserveRating",
    "SavedAnswer",
    "Series",
    "SessionNote",
    "SessionTask",
    "SessionType",
    "SetAside",
    "StoredFile",
    "Story",
    "StoryAnswer",
    "StoryQuestion",
    "StoryReading",
    "Suppression",
    "SweepMark",
    "UntakenMail",
    "Upload",
    "WaitingPlace",
    "Wording",
    "Workload",
]
