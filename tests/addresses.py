"""Every address of the portal, and which things of the small world each of them is about."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from coaching.practice.links import after_token
from coaching.reminders.links import barrier_token, stopping
from coaching.reminders.topics import Topic
from tests import cast
from tests import world as there
from tests.world import World

LIBRARIES = ("allauth.", "django.")
ROLES = ("visitor", "teresa", "outsider", "marta", "stranger")

# Name of the address -> its arguments, made in a world so that they are Teresa's (or Marta's own).
Arguments = Callable[[World], list[Any]]
NOTHING: Arguments = lambda world: []  # noqa: E731
TABLE: dict[str, Arguments] = {
    "healthz": NOTHING,
    "readyz": NOTHING,
    "metrics": NOTHING,
    "today": NOTHING,
    "phone": NOTHING,
    "offline": NOTHING,
    "worker": NOTHING,
    "manifest": NOTHING,
    "clients": NOTHING,
    "client": lambda world: [world.teresa.pk],
    "welcome": NOTHING,
    "set_up": lambda world: ["not-the-key"],
    "try_mail": NOTHING,
    "come": lambda world: [there.invitation(world).code],
    "invite": NOTHING,
    "invite_again": lambda world: [there.invitation(world).pk],
    "invite_revoke": lambda world: [there.invitation(world).pk],
    "settings": NOTHING,
    "settings_practice": NOTHING,
    "settings_answers": NOTHING,
    "settings_name": NOTHING,
    "settings_zone": NOTHING,
    "settings_theme": NOTHING,
    "usersessions_list": NOTHING,
    "book": NOTHING,
    "book_type": lambda world: [there.kind(world).slug],
    "book_slots": lambda world: [there.kind(world).slug],
    "book_written": NOTHING,
    "sessions": NOTHING,
    "session": lambda world: [there.appointment(world).pk],
    "book_repeat": lambda world: [there.kind(world).slug],
    "series_move": lambda world: [there.in_a_row(world).pk],
    "series_cancel": lambda world: [there.in_a_row(world).pk],
    "book_waiting": lambda world: [there.kind(world).slug],
    "session_offer": lambda world: [there.offer(world).pk],
    "session_undo": lambda world: [there.appointment(world).pk],
    "session_ask": lambda world: [there.appointment(world).pk],
    "session_take_proposed": lambda world: [there.appointment(world).pk],
    "sessions_asked": NOTHING,
    "asked_grant": lambda world: [there.wish(world).pk],
    "asked_answer": lambda world: [there.wish(world).pk],
    "asked_booking": lambda world: [there.appointment(world).pk],
    "asked_calendar": lambda world: [there.declined(world).pk],
    **{
        f"link_{purpose}": there.link_for(purpose)
        for purpose in ("move", "cancel", "again", "done", "proposed", "offer")
    },
    "session_calendar": lambda world: [there.appointment(world).pk],
    "session_cancel": lambda world: [there.appointment(world).pk],
    "session_mark": lambda world: [there.appointment(world).pk],
    "session_move": lambda world: [there.appointment(world).pk],
    "session_move_to": lambda world: [there.appointment(world).pk],
    "diary_free": NOTHING,
    "kept_free": lambda world: [there.kept(world).pk],
    "calendar_feed": lambda world: [there.feed(world).token],
    "settings_calendar": NOTHING,
    "settings_calendar_end": NOTHING,
    "settings_busy": NOTHING,
    "settings_busy_read": lambda world: [there.busy(world).pk],
    "settings_busy_remove": lambda world: [there.busy(world).pk],
    "mail_in": lambda world: ["postmark"],
    "hours": NOTHING,
    "hours_clear": NOTHING,
    "hours_dates": NOTHING,
    "hours_limits": NOTHING,
    "types": NOTHING,
    "type_new": NOTHING,
    "type_edit": lambda world: [there.kind(world).slug],
    "type_order": lambda world: [there.kind(world).slug],
    "type_retire": lambda world: [there.kind(world).slug],
    "type_again": lambda world: [there.kind(world).slug],
    "library": NOTHING,
    "add_lesson": NOTHING,
    "make_lesson": lambda world: [there.recording(world).pk],
    "recording_sound": lambda world: [there.recording(world).pk],
    "throw_recording_away": lambda world: [there.recording(world).pk],
    "lesson": lambda world: [there.lesson(world).pk],
    "edit_lesson": lambda world: [there.lesson(world).pk],
    "recording_state": lambda world: [there.lesson(world).recording.file_id],
    "lesson_sound": lambda world: [there.lesson(world).pk],
    "archive_lesson": lambda world: [there.lesson(world).pk],
    "prepare_again": lambda world: [there.lesson(world).pk],
    "lesson_back": lambda world: [there.lesson(world).pk],
    "lesson_film": lambda world: [there.lesson(world).pk],
    "lesson_captions_file": lambda world: [there.lesson(world).pk],
    "duplicate_lesson": lambda world: [there.lesson(world).pk],
    "lesson_as_client": lambda world: [there.lesson(world).pk],
    "lesson_words": lambda world: [there.lesson(world).pk],
    "lesson_times": lambda world: [there.lesson(world).pk],
    "lesson_captions": lambda world: [there.lesson(world).pk],
    "replace_recording": lambda world: [there.lesson(world).pk],
    "take_version": lambda world: [there.lesson(world).pk, there.lesson(world).recording_id],
    "version_sound": lambda world: [there.lesson(world).pk, there.lesson(world).recording_id],
    "programs": NOTHING,
    "new_program": NOTHING,
    **{
        name: lambda world: [there.program(world).pk]
        for name in ("program", "edit_program", "program_steps", "duplicate_program", "archive_program")
    },
    "program_back": lambda world: [there.program(world).pk],
    "program_as_client": lambda world: [there.program(world).pk],
    "add_to_program": lambda world: [there.program(world).pk],
    "first_aid": lambda world: [there.first_aid(world).pk],
    "first_aid_sound": lambda world: [there.first_aid(world).pk],
    "first_aid_film": lambda world: [there.first_aid(world).pk],
    "first_aid_poster": lambda world: [there.first_aid(world).pk],
    "first_aid_captions": lambda world: [there.first_aid(world).pk],
    "record_for": lambda world: [world.teresa.pk],
    "give": lambda world: [world.teresa.pk],
    "given": lambda world: [world.teresa.pk, there.assignment(world).pk],
    "given_as_client": lambda world: [world.teresa.pk, there.assignment(world).pk],
    "open_next": lambda world: [world.teresa.pk, there.given_program(world).pk],
    "pause_given": lambda world: [world.teresa.pk, there.assignment(world).pk],
    "resume_given": lambda world: [world.teresa.pk, there.assignment(world).pk],
    "end_given": lambda world: [world.teresa.pk, there.assignment(world).pk],
    "practice": NOTHING,
    "progress": NOTHING,
    "rate": NOTHING,
    "practice_lesson": lambda world: [there.assignment(world).pk],
    "play": lambda world: [there.assignment(world).pk],
    "play_at": lambda world: [there.assignment(world).lesson_id],
    "played": lambda world: [there.assignment(world).pk],
    "practice_sound": lambda world: [there.assignment(world).pk],
    "practice_film": lambda world: [there.assignment(world).pk],
    "practice_poster": lambda world: [there.assignment(world).pk],
    "practice_after": lambda world: [after_token(there.assignment(world), timezone.now().date())],
    "practice_captions": lambda world: [there.assignment(world).pk],
    "voice_beside_lesson": lambda world: [there.spoken(world).pk],
    "voice_of_entry": lambda world: [there.told(world).pk],
    "practice_note": lambda world: [there.assignment(world).pk],
    "practice_stop": lambda world: [there.assignment(world).pk],
    "messages": NOTHING,
    "message_news": NOTHING,
    "message_seen": NOTHING,
    "attached_sound": lambda world: [there.attached(world).pk],
    "conversation": lambda world: [world.teresa.pk],
    "message_news_of": lambda world: [world.teresa.pk],
    "message_seen_of": lambda world: [world.teresa.pk],
    "story": NOTHING,
    "story_told": NOTHING,
    "story_what_to_do": NOTHING,
    "story_step": lambda world: ["happened"],
    "story_questions": NOTHING,
    "story_question": lambda world: [there.question(world).pk],
    "story_question_move": lambda world: [there.question(world).pk],
    "story_question_away": lambda world: [there.question(world).pk],
    "story_of": lambda world: [world.teresa.pk],
    "story_path": lambda world: [world.teresa.pk],
    "story_signs_seen": lambda world: [world.teresa.pk],
    "letters": NOTHING,
    "lift_stop": lambda world: [there.stopped(world).pk],
    "mail_news": lambda world: ["mailgun"],
    "letter": lambda world: [there.letter(world).pk],
    "reminders": NOTHING,
    "wordings": NOTHING,
    "wording": lambda world: ["reminder.session"],
    "stop_letters": lambda world: [stopping(world.teresa.user, Topic.PRACTICE).split("/")[-2]],
    "barrier": lambda world: [barrier_token(world.teresa, cast.NOW.date())],
    "see_barriers": lambda world: [world.teresa.pk],
    "uploads": NOTHING,
    "upload": lambda world: [there.upload(world).pk],
    "upload_outcome": lambda world: [there.upload(world).pk],
    "live": NOTHING,
    "live_since": NOTHING,
}
# Arguments that name nobody's thing: everybody with the right mark may use them.


def _named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _named(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif not entry.callback.__module__.startswith(LIBRARIES):
            yield f"{space}{entry.name}", entry


PATTERNS = dict(_named(get_resolver()))
