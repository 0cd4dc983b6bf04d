"""The client's pages and the practitioner's, as browsers meet them; the outsider meets none."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from coaching.library.models import Lesson
from coaching.library.rules import NewCue
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment, Playback, PracticeEntry
from tests import cast
from tests.conftest import signed_in
from tests.media import sounds

CUES = (NewCue("contract", 0, 10, "Lift"), NewCue("release", 10, 60, "Let your back come down"))
ONES = [
    "practice_lesson",
    "play",
    "practice_sound",
    "practice_film",
    "practice_poster",
    "practice_captions",
    "played",
    "practice_note",
    "practice_stop",
]


@pytest.fixture
def shelf(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lesson(marta: Practitioner) -> Lesson:
    return cast.lesson(of=marta, area="back", cues=CUES, cautions="Not after a fall.")


@pytest.fixture
def given(teresa: Client, lesson: Lesson) -> Assignment:
    until = timezone.now().date() + timedelta(days=30)
    return cast.assignment(to=teresa, lesson=lesson, note="Do less than you can.", until=until)


@pytest.mark.parametrize("name", ONES)
def test_another_client_meets_nothing_of_it(name: str, as_outsider: Browser, given: Assignment) -> None:
    address = reverse(name, args=[given.pk])
    told = {"uuid": str(uuid4()), "told": 1, "spans": "[[0,5]]", "position": 5, "token": str(uuid4()), "after": 3}
    for answer in (as_outsider.get(address), as_outsider.post(address, told)):
        assert answer.status_code == 404
    given.refresh_from_db()
    assert given.state == "active"
    assert not Playback.objects.exists()
    assert not PracticeEntry.objects.exists()


def test_the_open_book_holds_the_note_and_the_cautions(as_teresa: Browser, given: Assignment) -> None:
    page = as_teresa.get(reverse("practice_lesson", args=[given.pk])).content.decode()
    for words in ("Do less than you can.", "Not after a fall.", "how tense is your back?", "Begin"):
        assert words in page


def test_what_should_be_read_first_is_before_the_first_time(
    as_teresa: Browser, teresa: Client, given: Assignment, lesson: Lesson, now: datetime
) -> None:
    book, player = reverse("practice_lesson", args=[given.pk]), reverse("play", args=[given.pk])
    assert player not in as_teresa.get("/today/").content.decode()
    page = as_teresa.get(book).content.decode()
    assert page.index("Not after a fall.") < page.index("Begin")
    assert page.count("Not after a fall.") == 1
    Playback.objects.create(client=teresa, lesson=lesson, position=0, updated_at=now)
    assert player in as_teresa.get("/today/").content.decode()
    page = as_teresa.get(book).content.decode()
    assert page.index("Begin") < page.index("Not after a fall.")


def test_the_player_carries_its_cues_and_the_place(
    as_teresa: Browser, teresa: Client, given: Assignment, lesson: Lesson, now: datetime
) -> None:
    Playback.objects.create(client=teresa, lesson=lesson, position=123.4, updated_at=now)
    page = as_teresa.get(reverse("play", args=[given.pk]) + "?before=6").content.decode()
    assert 'data-position="123.4"' in page
    assert "Let your back come down" in page
    assert f'data-after="{reverse("practice_note", args=[given.pk])}?before=6"' in page


@pytest.mark.parametrize("before", ["11", "-1", "six", "٣", ""])
def test_nonsense_before_is_nothing(as_teresa: Browser, given: Assignment, before: str) -> None:
    page = as_teresa.get(reverse("play", args=[given.pk]), {"before": before}).content.decode()
    assert f'data-after="{reverse("practice_note", args=[given.pk])}"' in page


def test_the_sound_comes_in_parts(as_teresa: Browser, given: Assignment, lesson: Lesson, shelf: Path) -> None:
    path = shelf / lesson.recording.file.path
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(1000))
    answer = as_teresa.get(reverse("practice_sound", args=[given.pk]), headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Range"], answer["Cache-Control"]) == (
        206,
        "bytes 0-1/1000",
        "private, no-cache",
    )
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_where_one_stopped_is_reported_and_kept(as_teresa: Browser, given: Assignment) -> None:
    address = reverse("played", args=[given.pk])
    told = {"uuid": str(uuid4()), "told": "1", "spans": "[[56.5, 61.5]]", "position": "61.5"}
    assert as_teresa.post(address, told).status_code == 204
    assert Playback.objects.get().position == 61.5
    for nonsense in (
        {"position": "x"},
        {"position": "-1"},
        {"position": "nan"},
        {"spans": "[[1]]"},
        {"spans": '[["a", "b"]]'},
        {"spans": "[[true, false]]"},
        {"spans": "{"},
        {"spans": "5"},
        {"spans": "[[0, NaN]]"},
        {"spans": "[[0, 1e999]]"},
        {"spans": "[" * 50_000},
        {"told": "0"},
        {"uuid": "1"},
        {"ago": "-5"},
    ):
        answer = as_teresa.post(address, {**told, "told": "2", **nonsense})
        assert answer.status_code == 400, nonsense
    assert as_teresa.get(address).status_code == 302
    assert Playback.objects.get().position == 61.5


def test_noting_takes_one_page_and_saving_twice_notes_once(as_teresa: Browser, given: Assignment) -> None:
    address = reverse("practice_note", args=[given.pk])
    page = as_teresa.get(address + "?before=6")
    assert "How tense is your back now?" in page.content.decode()
    typed = {"token": page.context["form"]["token"].value(), "before": 6, "after": 3, "felt": ["softer"]}
    for _ in range(2):
        assert as_teresa.post(address, typed)["Location"] == reverse("today")
    entry = PracticeEntry.objects.get()
    assert (entry.before, entry.after, entry.felt, entry.assignment) == (6, 3, ["softer"], given)


def test_everything_on_the_note_may_stay_empty(as_teresa: Browser, given: Assignment) -> None:
    as_teresa.post(reverse("practice_note", args=[given.pk]), {"token": str(uuid4())})
    assert PracticeEntry.objects.get().after is None


@pytest.mark.parametrize("wrong", [{"after": "11"}, {"felt": ["flying"]}, {"token": "1"}, {"words": "a" * 2001}])
def test_what_is_not_understood_is_said_and_nothing_is_noted(
    as_teresa: Browser, given: Assignment, wrong: dict[str, object]
) -> None:
    answer = as_teresa.post(reverse("practice_note", args=[given.pk]), {"token": str(uuid4()), **wrong})
    assert "Nothing is saved yet" in answer.content.decode()
    assert not PracticeEntry.objects.exists()


def test_sharper_pain_leads_to_a_page_that_says_leave_it(as_teresa: Browser, given: Assignment) -> None:
    typed = {"token": str(uuid4()), "felt": ["sharp"]}
    page = as_teresa.post(reverse("practice_note", args=[given.pk]), typed, follow=True).content.decode()
    assert "Leave this lesson for now." in page
    assert "Begin" not in page
    assert as_teresa.get(reverse("play", args=[given.pk])).status_code == 302


def test_looking_at_the_stop_page_stops_nothing(as_teresa: Browser, given: Assignment) -> None:
    address = reverse("practice_stop", args=[given.pk])
    assert "Stop this lesson" in as_teresa.get(address).content.decode()
    given.refresh_from_db()
    assert given.state == "active"
    assert "Leave this lesson for now." in as_teresa.post(address, follow=True).content.decode()


def test_lessons_that_ended_are_kept_and_can_be_played(as_teresa: Browser, given: Assignment) -> None:
    Assignment.objects.update(state="ended")
    assert "Yours to keep" in as_teresa.get(reverse("practice")).content.decode()
    assert as_teresa.get(reverse("play", args=[given.pk])).status_code == 200


def test_empty_pages_say_what_happens_next(as_teresa: Browser) -> None:
    assert "Marta chooses your first lesson." in as_teresa.get(reverse("practice")).content.decode()


@pytest.mark.parametrize("name", ["practice"])
def test_a_page_asks_as_often_for_one_as_for_thirty(
    name: str, as_teresa: Browser, teresa: Client, marta: Practitioner
) -> None:
    as_teresa.get(reverse(name))
    counts = []
    for wanted in (1, 30):
        for number in range(Assignment.objects.count(), wanted):
            lesson = cast.lesson(of=marta, title=f"Lesson {number}", cues=CUES)
            cast.assignment(to=teresa, lesson=lesson)
            cast.entry(by=teresa, lesson=lesson, days_ago=number, before=5, after=4)
        with CaptureQueriesContext(connection) as asked:
            as_teresa.get(reverse(name))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


# --- the practitioner --------------------------------------------------------------------------------------


def _dosage(**changed: object) -> dict[str, object]:
    typed = {"rhythm": "daily", "times_a_day": "2", "starts_on": "2026-11-24", "until": "", "note": "Slowly."}
    return {**typed, **changed}


def test_a_lesson_is_given_with_a_dosage_of_ones_own(as_marta: Browser, teresa: Client, lesson: Lesson) -> None:
    answer = as_marta.post(reverse("give", args=[teresa.pk]), _dosage(lesson=lesson.pk))
    assert answer["Location"] == reverse("client", args=[teresa.pk])
    given = Assignment.objects.get()
    assert (given.client, given.rhythm, given.times_a_day, given.note) == (teresa, "daily", 2, "Slowly.")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"until": "2026-11-01"}, "The last day lies before the first."),
        ({"starts_on": "soon"}, "Enter a valid date."),
        ({"lesson": ""}, "press Give beside a lesson"),
        ({"rhythm": "hourly"}, "hourly is not one of the available choices."),
    ],
)
def test_a_dosage_that_cannot_be_is_said(
    as_marta: Browser, teresa: Client, lesson: Lesson, changed: dict[str, object], sentence: str
) -> None:
    typed = _dosage(**{"lesson": lesson.pk, **changed})
    assert sentence in as_marta.post(reverse("give", args=[teresa.pk]), typed).content.decode()
    assert not Assignment.objects.exists()


def test_what_is_given_already_is_said(as_marta: Browser, teresa: Client, given: Assignment) -> None:
    answer = as_marta.post(reverse("give", args=[teresa.pk]), _dosage(lesson=given.lesson_id))
    assert "has “Arch and flatten” already" in answer.content.decode()


def test_only_ones_own_lessons_can_be_given(as_marta: Browser, teresa: Client) -> None:
    strange = cast.lesson(of=cast.practitioner(name="Sten Stranger"))
    as_marta.post(reverse("give", args=[teresa.pk]), _dosage(lesson=strange.pk))
    assert not Assignment.objects.exists()


def test_what_was_given_is_changed_rested_resumed_and_ended(as_marta: Browser, given: Assignment) -> None:
    keys = [given.client_id, given.pk]
    as_marta.post(reverse("given", args=keys), _dosage())
    given.refresh_from_db()
    assert (given.rhythm, given.until) == ("daily", None)
    for name, state in (("pause_given", "stopped"), ("resume_given", "active"), ("end_given", "ended")):
        as_marta.get(reverse(name, args=keys))
        as_marta.post(reverse(name, args=keys))
        given.refresh_from_db()
        assert given.state == state


@pytest.mark.parametrize("name", ["given", "pause_given", "resume_given", "end_given"])
def test_another_practitioner_meets_nothing_of_it(name: str, given: Assignment, outsider: Client) -> None:
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    address = reverse(name, args=[given.client_id, given.pk])
    assert stranger.get(address).status_code == stranger.post(address, _dosage()).status_code == 404
    crossed = signed_in(given.client.practitioner).get(reverse(name, args=[outsider.pk, given.pk]))
    assert crossed.status_code == 404
    given.refresh_from_db()
    assert (given.state, given.rhythm) == ("active", "most_days")


# --- what was felt, said and numbered ------------------------------------------------------------------------


def test_a_note_holds_ease_control_and_a_spoken_word(as_teresa: Browser, given: Assignment, shelf: Path) -> None:
    typed = {
        "token": str(uuid4()),
        "ease_before": "3",
        "ease_after": "6",
        "control": "down",
        "voice": sounds.upload(sounds.tone(), "note.m4a"),
    }
    address = reverse("practice_note", args=[given.pk])
    assert as_teresa.post(address, typed)["Location"] == reverse("today")
    entry = PracticeEntry.objects.get()
    assert (entry.ease_before, entry.ease_after, entry.control) == (3, 6, "down")
    assert entry.voice
    assert given.lesson
    assert entry.recording == given.lesson.recording
    page = as_teresa.get(reverse("practice_lesson", args=[given.pk])).content.decode()
    assert "Ease of moving: 3 before, 6 after" in page
    assert reverse("voice_of_entry", args=[entry.pk]) in page


def test_what_is_no_sound_is_said_and_the_rest_of_the_note_stays(
    as_teresa: Browser, given: Assignment, shelf: Path
) -> None:
    typed = {"token": str(uuid4()), "after": "3", "voice": sounds.upload(b"no sound at all", "note.m4a")}
    answer = as_teresa.post(reverse("practice_note", args=[given.pk]), typed, follow=True)
    assert "Your voice was not kept" in answer.content.decode()
    entry = PracticeEntry.objects.get()
    assert (entry.after, entry.voice) == (3, None)


def test_a_note_that_waited_for_a_network_stands_on_its_own_day_and_is_answered_for_its_script(
    as_teresa: Browser, given: Assignment
) -> None:
    typed = {"token": str(uuid4()), "after": "3", "ago": str(2 * 24 * 3600)}
    for _ in range(2):
        answer = as_teresa.post(
            reverse("practice_note", args=[given.pk]), typed, headers={"Accept": "application/json"}
        )
        assert answer.json() == {"next": reverse("today")}
    entry = PracticeEntry.objects.get()
    assert timedelta(days=1, hours=23) < timezone.now() - entry.noted_at < timedelta(days=2, hours=1)
    wrong = as_teresa.post(
        reverse("practice_note", args=[given.pk]), {"token": "x"}, headers={"Accept": "application/json"}
    )
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["token"])


def test_a_browser_is_told_who_reads_and_clears_itself_when_one_signs_out(
    as_teresa: Browser, as_outsider: Browser, given: Assignment
) -> None:
    teresas, olafs = (browser.get(reverse("today"))["Portal-Reader"] for browser in (as_teresa, as_outsider))
    assert len(teresas) == 32
    assert teresas != olafs
    assert as_teresa.get(reverse("phone")).json() | {"token": ""} == {
        "who": teresas,
        "token": "",
        "lessons": [str(given.pk)],
        "kit": [],
    }
    assert as_outsider.get(reverse("phone")).json()["lessons"] == []
    gone = as_teresa.post(reverse("account_logout"))
    assert gone["Clear-Site-Data"] == '"cache", "storage"'
    assert as_teresa.get(reverse("phone")).json()["who"] == ""
    assert as_teresa.get(reverse("welcome"))["Portal-Reader"] == ""


@pytest.mark.parametrize("change", [{"state": "stopped"}, {"state": "ended"}, {"until": "2026-11-01"}])
def test_only_lessons_that_run_may_stay_on_a_phone(
    as_teresa: Browser, given: Assignment, change: dict[str, str]
) -> None:
    Assignment.objects.update(**{"starts_on": "2026-10-01", **change})
    assert as_teresa.get(reverse("phone")).json()["lessons"] == []


def test_lessons_for_when_they_are_needed_are_not_asked_for(
    as_teresa: Browser, teresa: Client, lesson: Lesson
) -> None:
    cast.assignment(to=teresa, lesson=lesson, rhythm="when_needed")
    page = as_teresa.get("/practice/").content.decode()
    assert "One lesson, for when you need it" in page
    assert "to practise</h1>" not in page
