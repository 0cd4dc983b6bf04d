"""Saying something: once, in order, and harmlessly."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser

from coaching.library.models import Lesson, Program
from coaching.live.models import Event
from coaching.messaging import actions, queries, rules
from coaching.messaging.markdown import as_html, as_line
from coaching.messaging.models import Conversation, Message
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment
from tests import cast
from tests.cast import NOW


def say(
    client: Client, by: Client | Practitioner, words: str = "A word.", *, ago: timedelta = timedelta()
) -> Message:
    return actions.send(
        conversation=queries.conversation_of(client), author=by.user, uuid=uuid.uuid4(), words=words, now=NOW - ago
    )


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_the_same_id_are_one_message(teresa: Client, marta: Practitioner) -> None:
    """Two tabs, a retry, a double press: also as the very first word of a conversation."""
    same, together = uuid.uuid4(), threading.Barrier(20)

    def send(_: int) -> int:
        try:
            together.wait(20)
            conversation = queries.conversation_of(teresa)
            return actions.send(
                conversation=conversation, author=teresa.user, uuid=same, words="Once, please.", now=NOW
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        sent = set(threads.map(send, range(20)))
    assert len(sent) == 1
    assert Message.objects.count() == 1
    assert Event.objects.filter(person=marta.user, kind="message.new").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_do_not_hinder_each_other(teresa: Client, marta: Practitioner) -> None:
    say(teresa, teresa)

    def write(by: Client | Practitioner) -> None:
        try:
            for number in range(15):
                say(teresa, by, f"Number {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, [teresa, marta]))
    assert Message.objects.count() == 31
    events = Event.objects.filter(person=marta.user, kind="message.new").order_by("id")
    told = [event.about["message"] for event in events]
    assert told == sorted(told)


def test_a_client_waits_from_the_first_unanswered_word_until_the_answer(
    teresa: Client, marta: Practitioner
) -> None:
    say(teresa, teresa, ago=timedelta(hours=3))
    say(teresa, teresa, ago=timedelta(hours=1))
    assert queries.conversation_of(teresa).waiting_since == NOW - timedelta(hours=3)
    say(teresa, marta)
    assert queries.conversation_of(teresa).waiting_since is None


def test_someone_elses_message_id_is_refused_and_shows_nothing(teresa: Client, marta: Practitioner) -> None:
    sent = say(teresa, marta, "From Marta.")
    with pytest.raises(rules.Refused):
        actions.send(
            conversation=queries.conversation_of(teresa), author=teresa.user, uuid=sent.uuid, words="x", now=NOW
        )


def test_nobody_else_writes_or_reads_here(teresa: Client, outsider: Client) -> None:
    say(teresa, teresa)
    conversation = queries.conversation_of(teresa)
    with pytest.raises(ValueError, match="two people"):
        actions.send(conversation=conversation, author=outsider.user, uuid=uuid.uuid4(), words="x", now=NOW)
    with pytest.raises(ValueError, match="two people"):
        actions.read(conversation=conversation, reader=outsider.user, up_to=1, now=NOW)


def test_a_message_points_at_lessons_of_its_own_practitioner_only(teresa: Client, marta: Practitioner) -> None:
    stranger = cast.practitioner(name="Sten Stranger")
    with pytest.raises(ValueError, match="own practitioner"):
        actions.send(
            conversation=queries.conversation_of(teresa),
            author=teresa.user,
            uuid=uuid.uuid4(),
            words="x",
            lesson=cast.lesson(of=stranger),
            now=NOW,
        )
    another = cast.lesson(of=stranger, title="Another")
    assert queries.lesson_to_point_at(teresa, teresa.user, another.pk) is None
    assert queries.lesson_to_point_at(teresa, marta.user, another.pk) is None


def test_a_client_points_at_lessons_that_were_given_to_them_and_at_open_ones(
    teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    given, hers, open_to_all = (cast.lesson(of=marta, title=title) for title in ("Given", "Hers", "Open"))
    Lesson.objects.filter(pk=open_to_all.pk).update(open_to_visitors=True)
    cast.assignment(to=teresa, lesson=given)
    cast.assignment(to=outsider, lesson=hers)
    assert queries.lesson_to_point_at(teresa, teresa.user, given.pk) == given
    assert queries.lesson_to_point_at(teresa, teresa.user, open_to_all.pk) == open_to_all
    assert queries.lesson_to_point_at(teresa, teresa.user, hers.pk) is None
    assert queries.lesson_to_point_at(teresa, marta.user, hers.pk) == hers


def test_a_client_points_at_the_lessons_of_a_program_that_was_given_to_them(
    teresa: Client, marta: Practitioner
) -> None:
    step, other = cast.lesson(of=marta, title="A step"), cast.lesson(of=marta, title="None of it")
    program = Program.objects.create(practitioner=marta, title="Six weeks", created_at=NOW)
    program.steps.create(lesson=step, place=1)
    Assignment.objects.create(client=teresa, program=program, starts_on=NOW.date(), created_at=NOW)
    assert queries.lesson_to_point_at(teresa, teresa.user, step.pk) == step
    assert queries.lesson_to_point_at(teresa, teresa.user, other.pk) is None


def test_what_has_been_seen_never_goes_back_and_never_reaches_beyond(teresa: Client, marta: Practitioner) -> None:
    first, last = say(teresa, marta), say(teresa, marta)
    other = say(cast.client(of=marta, name="Late Comer"), marta)
    conversation = queries.conversation_of(teresa)
    actions.read(conversation=conversation, reader=teresa.user, up_to=other.pk + 1000, now=NOW)
    assert queries.conversation_of(teresa).client_read == last.pk
    actions.read(conversation=conversation, reader=teresa.user, up_to=first.pk, now=NOW)
    assert queries.conversation_of(teresa).client_read == last.pk
    assert Event.objects.filter(person=marta.user, kind="message.seen").count() == 1


def test_events_carry_no_words(teresa: Client) -> None:
    say(teresa, teresa, "SECRET WORDS")
    assert all("SECRET" not in str(event.about) for event in Event.objects.all())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\r\nlines \r", "two\nlines"),
        ("a\u202egnp.exe", "agnp.exe"),  # right-to-left override
        ("pay\u2066pal\u2069 \u200bme\ufeff", "paypal me"),
        ("a\x00b\x1bc\x07", "abc"),
        ("a\u200d\u200d\u200d b", "a b"),
        ("👩\u200d👧 می\u200cخواهم ❤\ufe0f", "👩\u200d👧 می\u200cخواهم ❤\ufe0f"),  # joiners at work stay
        ("e" + "\u0301" * 500, "é" + "\u0301" * 8),
        ("a" + "\n" * 900 + "b", "a\n\n\nb"),
    ],
)
def test_what_nobody_can_see_is_not_kept(typed: str, kept: str) -> None:
    assert rules.clean(typed) == kept


@pytest.mark.parametrize("typed", ["", " \n\t ", "\u200b\u200b\u2060", "\u202e\u202c", "\x00"])
def test_nothing_to_read_is_refused(typed: str) -> None:
    with pytest.raises(rules.Refused, match="nothing to send"):
        rules.clean(typed)


def test_too_long_is_refused_with_how_much() -> None:
    assert len(rules.clean("x" * 10_000)) == 10_000
    with pytest.raises(rules.Refused, match="This is 3 characters too long"):
        rules.clean("x" * 10_003)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[press](javascript:alert(1))",
        "[press](JaVaScRiPt:alert(1))",
        "[press](data:text/html;base64,PHN2Zz4=)",
        "<javascript:alert(1)>",
        "![picture](https://evil.example/pixel.png)",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<svg onload=alert(1)><style>*{}</style>",
        '[x](<https://a.example/"onclick="alert(1)>)',
    ],
)
def test_hostile_words_come_out_as_words(hostile: str) -> None:
    html = as_html(hostile).lower()
    for bad in ("<script", "<img", "<svg", "<style", 'href="javascript', 'href="data', " onclick=", " title="):
        assert bad not in html


def test_links_say_where_they_lead_and_lead_nowhere_secretly() -> None:
    assert "(evil.example)" in as_html("[https://bank.example](https://evil.example/login)")
    html = as_html("See https://example.org/a_b_c.")
    assert html == (
        '<p>See <a href="https://example.org/a_b_c" rel="noopener nofollow noreferrer">'
        "https://example.org/a_b_c</a>.</p>\n"
    )


@pytest.mark.parametrize("piece", ["*a", "[", ">", "- ", "[a](", "**", "<", "https://", "\\", "- a\n", "_a*"])
def test_markdown_is_never_slow(piece: str) -> None:
    as_html((piece * 10_000)[:10_000])


def test_the_line_in_a_list_has_no_marks() -> None:
    assert (
        as_line("**Three** things:\n- one\n2. two\n> said [here](https://a.example)")
        == "Three things: one two said here"
    )


def test_unread_is_told_once_after_a_quiet_while(teresa: Client, marta: Practitioner, outsider: Client) -> None:
    say(teresa, marta, ago=timedelta(minutes=20))
    last = say(teresa, marta, ago=timedelta(minutes=14))
    assert queries.unread_to_tell(NOW) == []
    later = NOW + timedelta(minutes=2)
    (found,) = queries.unread_to_tell(later)
    assert found.person == teresa.user
    assert [each.key for each in queries.unread_to_tell(later + timedelta(days=2))] == [found.key]
    actions.read(conversation=queries.conversation_of(teresa), reader=teresa.user, up_to=last.pk, now=later)
    assert queries.unread_to_tell(later) == []


def test_the_practitioner_gets_one_letter_over_all_clients(
    teresa: Client, outsider: Client, marta: Practitioner
) -> None:
    say(teresa, teresa, ago=timedelta(hours=1))
    say(outsider, outsider, ago=timedelta(minutes=30))
    (found,) = queries.unread_to_tell(NOW)
    assert found.person == marta.user
    assert len(found.conversations) == 2
    assert queries.unread_of(marta.user, NOW) == 2
    assert queries.unread_of(teresa.user, NOW) == 0


def test_the_sweep_posts_it_and_the_letter_holds_no_words(teresa: Client, marta: Practitioner) -> None:
    from coaching.outbox.letters import tell_in_their_words
    from coaching.outbox.models import Letter
    from coaching.reminders.actions import sweep

    said = say(teresa, marta, "Your SECRET knee", ago=timedelta(hours=1))
    assert sweep(NOW)["messages"] == 1
    assert sweep(NOW)["messages"] == 0
    letter = Letter.objects.get(kind="messaging.unread")
    told = tell_in_their_words(letter, NOW)
    assert told is not None
    assert told.subject == "Marta wrote to you"
    assert "SECRET" not in str(told)
    actions.read(conversation=Conversation.objects.get(), reader=teresa.user, up_to=said.pk, now=NOW)
    assert tell_in_their_words(letter, NOW) is None


def test_the_page_of_a_visitor_leads_to_signing_in(db: None) -> None:
    assert Browser().get("/messages/").status_code == 302
