"""What letters are about, in the words in which people choose.

What belongs to no topic always comes: sign-in codes, changes of a session, a doctor's sign, a lesson that hurt.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Topic(StrEnum):
    SESSIONS = "sessions"
    PRACTICE = "practice"
    RELIEF = "relief"
    LESSONS = "lessons"
    MESSAGES = "messages"
    STORIES = "stories"
    WEEK = "week"


@dataclass(frozen=True)
class Words:
    """`name` heads a choice ("Before a session"), `letters` completes "No more letters ..."; `told` explains."""

    name: str | Promise
    letters: str | Promise
    told: str | Promise


WORDS = {
    Topic.SESSIONS: Words(
        _("Before a session"),
        _("before your sessions"),
        _("A word before each session that you booked."),
    ),
    Topic.PRACTICE: Words(
        _("Practice"),
        _("about practice"),
        _("At most one a day, fewer when it goes well, none when you have practised already."),
    ),
    Topic.RELIEF: Words(
        _("After a lesson that helped"),
        _("after a lesson that helped"),
        _("A day and a week later, if you have not done it again."),
    ),
    Topic.LESSONS: Words(
        _("New lessons"),
        _("about new lessons"),
        _("When a lesson was chosen for you, or when you can go on with one."),
    ),
    Topic.MESSAGES: Words(
        _("Messages"),
        _("about messages"),
        _("When a message waits unread, or a note was shared with you."),
    ),
    Topic.STORIES: Words(
        _("Stories"),
        _("about stories that were told"),
        _("When a client has told their story. A doctor’s sign is always told at once."),
    ),
    Topic.WEEK: Words(
        _("Monday’s note"),
        _("on Mondays"),
        _("Who needs a word from you, and how the week went."),
    ),
}

CLIENTS = (Topic.SESSIONS, Topic.PRACTICE, Topic.RELIEF, Topic.LESSONS, Topic.MESSAGES)
PRACTITIONERS = (Topic.MESSAGES, Topic.STORIES, Topic.WEEK)

_OF_KIND = {
    "reminder.session": Topic.SESSIONS,
    "reminder.practice": Topic.PRACTICE,
    "reminder.barrier": Topic.PRACTICE,
    "reminder.relief": Topic.RELIEF,
    "practice.assigned": Topic.LESSONS,
    "practice.opened": Topic.LESSONS,
    "practice.resumed": Topic.LESSONS,
    "practice.stage": Topic.LESSONS,
    "messaging.unread": Topic.MESSAGES,
    "journal.shared": Topic.MESSAGES,
    "story.told": Topic.STORIES,
    "reminder.week": Topic.WEEK,
}

# A pause and quiet hours hold for all but a session, which has its own moments; the cap counts the same letters.
_ALWAYS_ON_TIME = {Topic.SESSIONS}
CAPPED_KINDS = tuple(kind for kind, topic in _OF_KIND.items() if topic not in _ALWAYS_ON_TIME)


def topic_of(kind: str) -> Topic | None:
    """What letters of this kind are about; None when they always come."""
    return _OF_KIND.get(kind)


def can_wait(topic: Topic) -> bool:
    return topic not in _ALWAYS_ON_TIME
