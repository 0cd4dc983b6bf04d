"""Which address is a page for whom, and what is wrong with an open page: for the walk through all of them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from allauth.mfa.models import Authenticator
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import ConsoleMessage, Error, Page

from tests.addresses import PATTERNS, TABLE, Arguments, World

# Addresses of ours that no browser shows: what they give instead.
NO_PAGES = {
    "add_to_program": "a press",
    "archive_lesson": "a press",
    "archive_program": "a press",
    "asked_booking": "a press",
    "asked_calendar": "a press",
    "asked_grant": "a press",
    "attached_file": "a file",
    "attached_film": "a file",
    "attached_poster": "a file",
    "attached_small": "a file",
    "attached_sound": "a file",
    "attached_words": "a press",
    "book_slots": "data",
    "bring_back": "a press",
    "calendar_feed": "a file",
    "come_back": "a press",
    "duplicate_lesson": "a press",
    "duplicate_program": "a press",
    "end_given": "a press",
    "first_aid_captions": "a file",
    "first_aid_film": "a file",
    "first_aid_poster": "a file",
    "first_aid_sound": "a file",
    "graduate_back": "a press",
    "healthz": "a sign of life",
    "hours_clear": "a press",
    "hours_dates": "a press",
    "hours_limits": "a press",
    "invite_again": "a press",
    "invite_revoke": "a press",
    "knock": "a press",
    "lesson_back": "a press",
    "lesson_captions_file": "a file",
    "lesson_film": "a file",
    "lesson_sound": "a file",
    "lift_stop": "a press",
    "live": "a stream",
    "live_since": "data",
    "mail_in": "for a provider",
    "mail_news": "for a provider",
    "message_at": "a way to the conversation",
    "message_change": "a press",
    "message_draft": "data",
    "message_draft_of": "data",
    "message_news": "a fragment",
    "message_news_of": "a fragment",
    "device_add": "a press",
    "device_forget": "a press",
    "message_remove": "a press",
    "message_seen": "a press",
    "message_word": "a press",
    "new_note": "a press",
    "set_aside": "a press",
    "untaken_mail_seen": "a press",
    "message_seen_of": "a press",
    "message_typing": "a sign",
    "message_typing_of": "a sign",
    "message_star": "a press",
    "message_unread": "data",
    "message_enough": "a press",
    "manifest": "data",
    "metrics": "data",
    "open_next": "a press",
    "phone": "data",
    "pause_given": "a press",
    "play_at": "a way to the player",
    "plan_of_pdf": "a file",
    "plan_pdf": "a file",
    "played": "a report",
    "practice_captions": "a file",
    "practice_film": "a file",
    "practice_poster": "a file",
    "practice_sound": "a file",
    "prepare_again": "a press",
    "program_back": "a press",
    "program_steps": "a press",
    "progress_of_pdf": "a file",
    "progress_pdf": "a file",
    "rate": "a press",
    "readyz": "a sign of life",
    "recording_state": "a fragment",
    "resume_given": "a press",
    "see_barriers": "a press",
    "session_calendar": "a file",
    "session_mark": "a press",
    "session_move_to": "a way to the page that asks",
    "session_take_proposed": "a press",
    "session_undo": "a press",
    "settings_busy_read": "a press",
    "settings_busy_remove": "a press",
    "settings_calendar_end": "a press",
    "settings_theme": "a press",
    "story_decide": "a press",
    "stage": "a press",
    "story_path": "a press",
    "story_question_away": "a press",
    "story_question_move": "a press",
    "story_signs_seen": "a press",
    "story_told": "a press",
    "voice_beside_lesson": "a file",
    "voice_of_entry": "a file",
    "recording_sound": "a file",
    "throw_recording_away": "a press",
    "upload": "a file on its way in",
    "upload_outcome": "data",
    "uploads": "for files on their way in",
    "type_again": "a press",
    "type_order": "a press",
    "type_retire": "a press",
    "version_sound": "a file",
    "worker": "a script",
}
# Pages that only the step before leads to: `test_every_page` takes those steps.
ON_THE_WAY = {
    "book_written",
    "link_again",
    "link_offer",
    "link_proposed",
    "set_up",
    "account_confirm_login_code",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_email_verification_sent",
    "mfa_authenticate",
}
# Whoever opens these is led on, because they have no use for them.
LED_ON = {
    ("welcome", "teresa"),
    ("welcome", "marta"),
    ("come", "teresa"),
    ("come", "marta"),
    ("story", "marta"),
    ("story", "stranger"),
    ("story_what_to_do", "outsider"),
    ("story_body_how", "outsider"),
    ("story_activities", "outsider"),
}
EMPTY_HANDED = ("outsider", "stranger")  # nobody has done anything with them yet: they see the empty pages

NOTHING: Arguments = lambda world: []  # noqa: E731
_KEY: Arguments = lambda world: [  # noqa: E731
    Authenticator.objects.get(user=world.marta.user, type="webauthn").pk
]
# Pages of allauth: who opens them, and with which arguments.
LIBRARY: dict[str, tuple[str, Arguments]] = {
    "account_login": ("visitor", NOTHING),
    "account_signup": ("visitor", NOTHING),
    "account_request_login_code": ("visitor", NOTHING),
    "account_reset_password": ("visitor", NOTHING),
    "account_password_reset_completed": ("visitor", NOTHING),
    "account_inactive": ("visitor", NOTHING),
    "account_email": ("teresa", NOTHING),
    "account_change_password": ("teresa", NOTHING),
    "account_logout": ("teresa", NOTHING),
    "account_reauthenticate": ("teresa", NOTHING),
    "mfa_activate_totp": ("teresa", NOTHING),
    "mfa_index": ("marta", NOTHING),
    "mfa_reauthenticate": ("marta", NOTHING),
    "mfa_reauthenticate_webauthn": ("marta", NOTHING),
    "mfa_deactivate_totp": ("marta", NOTHING),
    "mfa_view_recovery_codes": ("marta", NOTHING),
    "mfa_generate_recovery_codes": ("marta", NOTHING),
    "mfa_list_webauthn": ("marta", NOTHING),
    "mfa_add_webauthn": ("marta", NOTHING),
    "mfa_edit_webauthn": ("marta", _KEY),
    "mfa_remove_webauthn": ("marta", _KEY),
    "account_set_password": ("outsider", NOTHING),  # the one who has none
}
LIBRARYS_NO_PAGES = {
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "data",
}


def all_names() -> set[str]:
    """The name of every address, ours and the library's."""
    return set(_names(get_resolver()))


def _names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name


def pages_of(role: str, world: World) -> list[str]:
    """The address of every page that `role` can open in this world."""
    ours = [name for name in sorted(TABLE) if name not in NO_PAGES.keys() | ON_THE_WAY and _opens(role, name)]
    librarys = [(name, arguments) for name, (whose, arguments) in LIBRARY.items() if whose == role]
    return [
        reverse(name, args=arguments(world))
        for name, arguments in [*((name, TABLE[name]) for name in ours), *librarys]
    ]


def _opens(role: str, name: str) -> bool:
    mark = PATTERNS[name].callback.access
    if (name, role) in LED_ON or (role in EMPTY_HANDED and (mark == "anyone" or TABLE[name] is not _nothing())):
        return False
    allowed = {
        "visitor": {"anyone"},
        "teresa": {"anyone", "member", "client"},
        "outsider": {"member", "client"},
        "marta": {"anyone", "member", "practitioner"},
        "stranger": {"member", "practitioner"},
    }
    return mark in allowed[role]


def _nothing() -> Arguments:
    return TABLE["today"]


# --- what is wrong with a page ------------------------------------------------------------------------


class Eyes:
    """Looks at the pages of one browser, and hears what its console says."""

    def __init__(self, page: Page, *, in_the_evening: bool = True) -> None:
        self.page = page
        self._in_the_evening = in_the_evening
        self._heard: list[str] = []
        page.add_init_script(_axe())
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._heard.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._heard.append(message.text)

    def open(self, path: str) -> list[str]:
        """What is wrong with the page at `path`; also that there is none."""
        try:
            answer = self.page.goto(path)
        except Error as refused:
            self.page.goto("about:blank")  # the browser's own page of refusal would come between the next one
            return [f"no page ({refused.message.splitlines()[0]}): if it is none, name it in NO_PAGES"]
        if not answer or not answer.ok or path_of(self.page) != path:
            return [f"no page but {answer and answer.status} at {self.page.url}: NO_PAGES or LED_ON"]
        return self.flaws()

    def flaws(self) -> list[str]:
        """What axe finds by day on a telephone and in the evening on a desk, what is wider than 320 px, and every
        error and refusal of the content security policy that the console told since the last look."""
        page = self.page
        if not page.evaluate("'axe' in window"):  # the page was open before these eyes were
            page.evaluate(_axe())
        found = [f"by day: {each}" for each in _findings(page)]
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="dark")
        if self._in_the_evening:
            found += [f"in the evening: {each}" for each in _findings(page, preload=False)]
        page.set_viewport_size({"width": 320, "height": 640})
        found += page.evaluate(_TOO_WIDE)
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="light")
        heard, self._heard = self._heard, []
        return found + heard


def path_of(page: Page) -> str:
    """Where the page is: "/today/"."""
    return urlsplit(page.url).path


_TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [`${document.documentElement.scrollWidth} px wide at 320`]"""


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def _findings(page: Page, *, preload: bool = True) -> list[str]:
    """Against WCAG 2.2 AA and axe's own best practices, one line each. With `preload` axe fetches style sheets and
    sounds again, for two rules that neither width nor theme can change."""
    options = {"resultTypes": ["violations"], "preload": preload}
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
