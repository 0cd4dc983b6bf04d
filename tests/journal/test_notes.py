"""Notes of sessions: kept as they are typed, the practitioner's alone, and what of them is shared."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser

from accounts.sealed import Lost
from coaching.booking.models import Appointment
from coaching.journal import actions, letters, queries
from coaching.journal.models import NoteTemplate, SessionNote, SessionTask
from coaching.live.models import Event
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in
from tests.reminders.things import deliver

SECRET = "Holds the breath at the top"
TOLD = "Breathe out longer than in"


@pytest.fixture
def session(teresa: Client, marta: Practitioner) -> Appointment:
    return cast.appointment(client=teresa, session_type=cast.session_type(of=marta), start=NOW)


@pytest.fixture
def note(session: Appointment) -> SessionNote:
    found = queries.note_of(session)
    return actions.save(note=found, words=SECRET, draft=TOLD, knows=0, now=NOW)


def typed(words: str = SECRET, draft: str = TOLD, knows: int = 0, **more: object) -> dict[str, object]:
    return {"words": words, "draft": draft, "knows": knows, **more}


# --- kept ---------------------------------------------------------------------------------------------


def test_the_note_of_a_session_is_there_with_its_first_word(as_marta: Browser, session: Appointment) -> None:
    address = f"/sessions/{session.pk}/note/"
    assert "What you write down with Teresa" in as_marta.get(address).content.decode()
    assert not SessionNote.objects.exists()
    answer = as_marta.post(address, typed(), headers={"Accept": "application/json"})
    assert answer.json()["changes"] == 1
    kept = SessionNote.objects.get()
    assert (kept.words, kept.draft, kept.appointment, kept.client) == (SECRET, TOLD, session, session.client)


def test_both_words_lie_sealed_in_the_table(note: SessionNote) -> None:
    actions.share(note=note, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, draft, shared FROM coaching_sessionnote")
        for column in cursor.fetchone():
            assert len(column) > 20
            assert b"reath" not in bytes(column)


def test_an_older_page_writes_over_nothing(as_marta: Browser, note: SessionNote, session: Appointment) -> None:
    address = f"/sessions/{session.pk}/note/"
    as_marta.post(address, typed("Written on the laptop", knows=1))
    late = as_marta.post(address, typed("Written on the phone", knows=1), headers={"Accept": "application/json"})
    assert (late.status_code, late.json()["words"], late.json()["changes"]) == (409, "Written on the laptop", 2)
    page = as_marta.post(address, typed("Written on the phone", knows=1))
    assert page.status_code == 409
    assert "Written on the laptop" in page.content.decode()
    assert "Written on the phone" in page.content.decode()
    assert SessionNote.objects.get().words == "Written on the laptop"
    as_marta.post(address, typed("Written on the phone", knows=2))  # having seen both
    assert SessionNote.objects.get().words == "Written on the phone"


def test_the_same_said_twice_is_no_conflict(note: SessionNote) -> None:
    assert actions.save(note=note, words=SECRET, draft=TOLD, knows=0, now=NOW).changes == 1


def test_words_whose_key_is_missing_stay_as_they_lie(note: SessionNote) -> None:
    SessionNote.objects.update(words=Lost(b"\x01abcdnotourkey"))
    lost = SessionNote.objects.get()
    actions.save(note=lost, words=str(lost.words), draft="Something new", knows=1, now=NOW)
    kept = SessionNote.objects.get()
    assert isinstance(kept.words, Lost)
    assert kept.words.sealed == b"\x01abcdnotourkey"
    assert kept.draft == "Something new"


def test_nothing_is_written_over_words_whose_key_is_missing(as_marta: Browser, note: SessionNote) -> None:
    sealed = b"\x01abcdnotourkey"
    SessionNote.objects.update(words=Lost(sealed))
    there, address = str(SessionNote.objects.get().words), f"/notes/{note.pk}/"
    more = typed(f"{there} and more", knows=1)
    answer = as_marta.post(address, more, headers={"Accept": "application/json"})
    assert (answer.status_code, "key" in answer.json()["error"]) == (422, True)
    for sent in (more, typed(there, knows=1, begin_with="first")):
        page = as_marta.post(address, sent)
        assert page.status_code == 422
        assert "The key for what stands here is missing" in page.content.decode()
    found = SessionNote.objects.get().words
    assert isinstance(found, Lost)
    assert found.sealed == sealed


def test_a_note_between_sessions_is_begun_once(as_marta: Browser, teresa: Client) -> None:
    for _press in range(2):
        page = as_marta.post(f"/clients/{teresa.pk}/notes/new/", follow=True)
    assert "A note about Teresa" in page.content.decode()
    begun = SessionNote.objects.get()
    as_marta.post(f"/notes/{begun.pk}/", typed())
    as_marta.post(f"/clients/{teresa.pk}/notes/new/")
    assert SessionNote.objects.count() == 2


# --- whose it is --------------------------------------------------------------------------------------


def test_private_words_reach_no_page_and_no_letter_of_the_client(
    as_teresa: Browser, as_outsider: Browser, note: SessionNote, session: Appointment, teresa: Client
) -> None:
    actions.share(note=note, now=NOW)
    letter = Letter.objects.get(kind="journal.shared")
    told = letters.shared(letter, NOW)
    assert told is not None
    assert SECRET not in repr(told)
    assert TOLD not in repr(told)
    pages = {
        path: as_teresa.get(path).content.decode() for path in ("/today/", "/notes/", f"/sessions/{session.pk}/")
    }
    assert [path for path, page in pages.items() if SECRET in page] == []
    assert [path for path, page in pages.items() if TOLD not in page] == []
    assert TOLD not in as_outsider.get("/notes/").content.decode()
    assert SECRET not in repr(list(Event.objects.values_list("about", flat=True)))
    assert SECRET not in as_teresa.get("/messages/search/?q=breath").content.decode()


def test_what_is_not_shared_or_was_taken_back_is_not_read(
    as_teresa: Browser, note: SessionNote, session: Appointment
) -> None:
    address = f"/sessions/{session.pk}/"
    assert TOLD not in as_teresa.get(address).content.decode()
    actions.share(note=note, now=NOW)
    actions.save(note=note, words="", draft="Not that, after all", knows=1, now=NOW)
    page = as_teresa.get(address).content.decode()
    assert TOLD in page
    assert "after all" not in page
    actions.take_back(note=note, now=NOW)
    assert TOLD not in as_teresa.get(address).content.decode()
    assert letters.shared(Letter.objects.get(kind="journal.shared"), NOW) is None


def test_what_is_shared_within_a_while_is_told_by_one_letter(note: SessionNote, teresa: Client) -> None:
    other = actions.begin(client=teresa, now=NOW)
    actions.save(note=other, words="", draft="And rest", knows=0, now=NOW)
    for each in (note, other):
        actions.share(note=each, now=NOW)
    actions.save(note=note, words="", draft="Changed", knows=1, now=NOW + timedelta(hours=2))
    actions.share(note=note, now=NOW + timedelta(hours=2))
    assert Letter.objects.filter(kind="journal.shared").count() == 1
    assert {note.shared for note in queries.shared_with(teresa)} == {"Changed", "And rest"}


# --- tasks --------------------------------------------------------------------------------------------


def test_a_lesson_is_given_on_the_spot_and_taken_back(
    as_marta: Browser, as_teresa: Browser, note: SessionNote, session: Appointment, marta: Practitioner
) -> None:
    lesson = cast.lesson(of=marta, title="Side bend")
    address = f"/sessions/{session.pk}/note/"
    pressed = typed(knows=1, **{"task-lesson": lesson.pk, "task-preset": "three"})
    assert as_marta.post(address, pressed).status_code == 303
    given = SessionTask.objects.get().assignment
    assert (given.lesson, given.rhythm) == (lesson, Assignment.Rhythm.THREE_A_WEEK)
    assert Letter.objects.filter(kind="practice.assigned").count() == 1
    assert "Side bend" in as_teresa.get(f"/sessions/{session.pk}/").content.decode()
    as_marta.post(address, typed(knows=1, undo=SessionTask.objects.get().pk))
    assert not SessionTask.objects.exists()
    assert not Assignment.objects.exists()  # nobody was told, and nobody did it


def test_a_lesson_that_is_taken_back_at_once_is_told_to_nobody(note: SessionNote, marta: Practitioner) -> None:
    about = {"rhythm": Assignment.Rhythm.MOST_DAYS, "starts_on": NOW.date(), "now": NOW}
    actions.undo_task(task=actions.give(beside=note, lesson=cast.lesson(of=marta), **about), now=NOW)
    assert deliver(NOW + timedelta(minutes=5)) == {"dropped": 1}


@pytest.mark.parametrize("came", ["a letter", "a note"])
def test_a_lesson_that_was_told_or_done_is_ended_and_kept(
    note: SessionNote, marta: Practitioner, teresa: Client, came: str
) -> None:
    about = {"rhythm": Assignment.Rhythm.MOST_DAYS, "starts_on": NOW.date(), "now": NOW}
    task = actions.give(beside=note, lesson=cast.lesson(of=marta), **about)
    assert deliver(NOW + timedelta(minutes=4)) == {}
    if came == "a letter":
        assert deliver(NOW + timedelta(minutes=5)) == {"kept": 1}
    else:
        cast.entry(by=teresa, lesson=task.assignment.lesson, assignment=task.assignment)
    actions.undo_task(task=task, now=NOW + timedelta(hours=1))
    assert Assignment.objects.get().state == Assignment.State.ENDED


def test_why_a_lesson_cannot_be_given_is_said_and_nothing_typed_is_lost(
    as_marta: Browser, note: SessionNote, session: Appointment, marta: Practitioner, teresa: Client
) -> None:
    lesson = cast.lesson(of=marta, title="Side bend")
    cast.assignment(to=teresa, lesson=lesson)
    pressed = typed("More words", knows=1, **{"task-lesson": lesson.pk, "task-preset": "week"})
    page = as_marta.post(f"/sessions/{session.pk}/note/", pressed)
    assert page.status_code == 422
    assert "Teresa has “Side bend” already: change it instead." in page.content.decode()
    assert SessionNote.objects.get().words == "More words"
    assert not SessionTask.objects.exists()


def test_lessons_are_found_by_their_words(as_marta: Browser, note: SessionNote, marta: Practitioner) -> None:
    for title in ("Side bend", "Arch and flatten"):
        cast.lesson(of=marta, title=title)
    page = as_marta.post(f"/notes/{note.pk}/", typed(knows=1, do="find", q="bend")).content.decode()
    assert "Side bend" in page
    assert "Arch and flatten" not in page


# --- what notes begin with ----------------------------------------------------------------------------


def test_a_note_begins_with_three_headings_until_there_are_own_ones(as_marta: Browser, note: SessionNote) -> None:
    as_marta.post(f"/notes/{note.pk}/", typed(knows=1, begin_with="first"))
    assert "What we did" in SessionNote.objects.get().words
    as_marta.post("/notes/templates/new/", {"name": "In short", "words": "Noticed:\n"})
    own = NoteTemplate.objects.get()
    page = as_marta.get(f"/notes/{note.pk}/").content.decode()
    assert "In short" in page
    assert "Three headings" not in page
    as_marta.post(f"/notes/templates/{own.pk}/", {"away": "1"})
    assert not NoteTemplate.objects.exists()


def test_two_beginnings_of_one_name_are_refused_in_words(as_marta: Browser, marta: Practitioner) -> None:
    NoteTemplate.objects.create(practitioner=marta, name="In short", words="Noticed:")
    page = as_marta.post("/notes/templates/new/", {"name": " In  short ", "words": "x"})
    assert (page.status_code, "You have one of this name already." in page.content.decode()) == (422, True)


def test_another_practitioner_reads_and_writes_none_of_it(note: SessionNote, session: Appointment) -> None:
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    for address in (f"/notes/{note.pk}/", f"/sessions/{session.pk}/note/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, typed(knows=1)).status_code == 404
