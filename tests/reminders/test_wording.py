"""/letters/wording/: the practitioner's own words, within what is safe."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from coaching.outbox import letters, rendering
from coaching.outbox.letters import Told
from coaching.outbox.models import Letter
from coaching.people.models import Client, Practitioner
from coaching.reminders import actions
from coaching.reminders.wording import queries, rules, samples
from coaching.reminders.wording.actions import reset, reword
from coaching.reminders.wording.models import Wording
from coaching.reminders.wording.rules import Words, WrongPlace
from tests import cast
from tests.cast import NOW
from tests.reminders.things import deliver, session

KIND = "reminder.session"
URL = f"/letters/wording/{KIND}/"
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) **b** <img src=x onerror=alert(1)>"


def typed(**words: str) -> dict[str, str]:
    return dict.fromkeys(("subject", "greeting", "opening", "closing"), "") | words


def reminded(teresa: Client) -> Letter:
    session(of=teresa, starts_at=NOW + timedelta(days=1))
    actions.sweep(NOW)
    deliver(NOW)
    return Letter.objects.get(kind=KIND)


@pytest.mark.django_db
def test_her_words_stand_in_the_letter_and_the_facts_stay(teresa: Client, as_marta: Browser) -> None:
    words = typed(
        subject="See you {day} at {time}, {name}",
        greeting="Hello {name}!",
        opening="I look forward to it.\n\nBring a blanket.",
        closing="Warmly, {practitioner}",
    )
    assert "Saved." in as_marta.post(URL, words, follow=True).content.decode()
    letter = reminded(teresa)
    assert letter.subject == "See you Tomorrow at 10:00, Teresa"
    lines = [line for line in letter.text.splitlines() if line]
    assert lines[:3] == ["Hello Teresa!", "I look forward to it.", "Bring a blanket."]
    assert "Warmly, Marta" in lines
    for fact in ("Tuesday 24 November, 10:00, your time in Lisbon", "/sessions/", "/reminders/stop/"):
        assert fact in letter.text


@pytest.mark.django_db
def test_ours_can_stand_in_her_subject(teresa: Client) -> None:
    reword(practitioner=teresa.practitioner, kind=KIND, words=Words(subject="{ours} ({practice})"), now=NOW)
    assert reminded(teresa).subject == "Tomorrow at 10:00, with Marta (Unlearning tension)"


@pytest.mark.django_db
def test_another_practitioners_words_do_not(teresa: Client) -> None:
    stranger = cast.practitioner(name="Sten Stranger")
    reword(practitioner=stranger, kind=KIND, words=Words(subject="From Sten"), now=NOW)
    assert reminded(teresa).subject == "Tomorrow at 10:00, with Marta"


@pytest.mark.django_db
def test_an_invitation_speaks_in_the_words_of_who_invites(marta: Practitioner) -> None:
    reword(practitioner=marta, kind="welcome.invitation", words=Words(opening="We met in Porto."), now=NOW)
    asked = cast.invitation(of=marta)
    letter = Letter(kind="welcome.invitation", about={"invitation": asked.pk}, email=asked.email)
    told = letters.tell_in_their_words(letter, NOW)
    assert told
    assert told.paragraphs[0] == "We met in Porto\\."


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["subject", "greeting", "opening", "closing"])
def test_hostile_words_do_nothing(teresa: Client, field: str) -> None:
    reword(
        practitioner=teresa.practitioner,
        kind=KIND,
        words=Words(**{field: HOSTILE.replace("{", "").replace("}", "")}),
        now=NOW,
    )
    letter = reminded(teresa)
    assert letter.state == "kept"
    for harm in ("<script", "<img", 'href="javascript', "<b>", "<strong>b"):
        assert harm not in letter.html
    assert "\n" not in letter.subject


@pytest.mark.django_db
def test_a_hostile_name_is_not_filled_in_twice(marta: Practitioner) -> None:
    client = cast.client(of=marta, name="{practice} <b>Bob</b>")
    reword(practitioner=marta, kind=KIND, words=Words(greeting="Dear {name},", subject="For {name}"), now=NOW)
    letter = reminded(client)
    assert letter.subject == "For {practice}"
    assert "<b>" not in letter.html


@pytest.mark.django_db
def test_her_words_never_reach_the_line_below_the_subject(teresa: Client) -> None:
    reword(
        practitioner=teresa.practitioner, kind="messaging.unread", words=Words(opening="About your back:"), now=NOW
    )
    told = Told("Marta wrote", ["A message waits."])
    letter = Letter(kind="messaging.unread", person=teresa.user)
    reworded = letters._as_wished(letter, told)
    html = rendering.render(reworded, person=teresa.user).html
    hidden = html.split("display:none", 1)[1].split("</div>", 1)[0]
    assert "A message waits." in hidden
    assert "back" not in hidden


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"greeting": "Dear {nmae},"}, "We cannot fill in {nmae}. You can use {name}, {practitioner}, {practice}"),
        ({"opening": "{name.__class__}"}, "We cannot fill in {name.__class__}."),
        ({"closing": "a { b"}, "A curly bracket stands alone."),
        ({"closing": "{ours}"}, "We cannot fill in {ours}."),
        ({"subject": "x" * 121}, "at most 120 characters"),
        ({"opening": "x" * 601}, "at most 600 characters"),
        ({"subject": "{{name}}"}, "A curly bracket stands alone."),
        ({"subject": "{}"}, "We cannot fill in {}."),
    ],
)
def test_a_wrong_place_gets_one_clear_sentence(as_marta: Browser, words: dict[str, str], sentence: str) -> None:
    answer = as_marta.post(URL, typed(**words))
    assert answer.status_code == 400
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert not Wording.objects.exists()


@pytest.mark.django_db
def test_a_look_saves_nothing(as_marta: Browser) -> None:
    page = as_marta.post(URL, typed(opening="I am glad.") | {"look": ""}).content.decode()
    assert "How it would look" in page
    assert "I am glad." in page
    assert not Wording.objects.exists()


@pytest.mark.django_db
def test_our_words_come_back(as_marta: Browser, marta: Practitioner) -> None:
    as_marta.post(URL, typed(opening="I am glad."))
    assert "Your words" in as_marta.get("/letters/wording/").content.decode()
    assert "Our words are back." in as_marta.post(URL, {"reset": ""}, follow=True).content.decode()
    as_marta.post(URL, typed(opening="I am glad."))
    as_marta.post(URL, typed())
    assert queries.words_of(marta, KIND) == Words()
    assert not Wording.objects.exists()
    reset(practitioner=marta, kind=KIND)


@pytest.mark.django_db
def test_every_kind_has_a_name_and_a_look(as_marta: Browser) -> None:
    page = as_marta.get("/letters/wording/").content.decode()
    for kind in samples.kinds():
        assert kind.key in samples.NAMES, "A new kind of letter needs a name for the practitioner."
        assert f"/letters/wording/{kind.key}/" in page
        answer = as_marta.get(f"/letters/wording/{kind.key}/")
        assert answer.status_code == 200, kind.key
        assert answer.context["look"].subject
        assert "style=" not in answer.content.decode(), kind.key  # the page refuses it
    assert as_marta.get("/letters/wording/no.such/").status_code == 404


@pytest.mark.django_db
def test_the_list_of_kinds_takes_few_queries(as_marta: Browser, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        as_marta.get("/letters/wording/")
    with django_assert_max_num_queries(12):
        as_marta.get(URL)


@given(st.text(alphabet="{}name practice"), st.dictionaries(st.sampled_from(["name", "practice"]), st.text()))
def test_what_passes_the_check_can_be_filled_in(words: str, values: dict[str, str]) -> None:
    with suppress(WrongPlace):
        rules.check(words, allowed=values)
        assert rules.fill(words, values) is not None


@given(st.text())
def test_one_line_is_one_line(words: str) -> None:
    line = rules.one_line(words)
    assert len(line.splitlines()) <= 1
    assert not {"\n", "\r", "\x00", "\u202e"} & set(line)
