"""Saved answers: written once, filled with what is true for each client, and never sent by themselves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from coaching.messaging import saved
from coaching.messaging.models import Message
from coaching.messaging.models_desk import SavedAnswer
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in


def answer(of: Practitioner, title: str = "Go on", words: str = "Go on, {name}.") -> SavedAnswer:
    return SavedAnswer.objects.create(practitioner=of, title=title, words=words, updated_at=NOW)


def test_places_hold_what_is_true_for_this_client(teresa: Client, marta: Practitioner) -> None:
    kind = cast.session_type(of=marta)
    cast.appointment(client=teresa, session_type=kind, start=NOW + timedelta(days=2, hours=4))
    answer(marta, words="{name}: {next session}. {practice link} {practitioner}, {practice}")
    (filled,) = saved.answers_for(teresa, NOW)
    assert filled.words == (
        "Teresa: Wednesday 25 November, 14:00, your time in Lisbon. http://localhost:8000/practice/ Marta, "
        "Unlearning tension"
    ).replace("http://localhost:8000", saved.absolute(""))
    assert filled.missing == []


def test_what_is_not_true_stays_to_be_seen(teresa: Client, marta: Practitioner) -> None:
    answer(marta, words="See you {next session}, {name}.")
    (filled,) = saved.answers_for(teresa, NOW)
    assert (filled.words, filled.missing) == ("See you {next session}, Teresa.", ["next session"])


def test_a_name_is_no_place(teresa: Client, marta: Practitioner) -> None:
    """What a value holds is never filled in again."""
    teresa.user.name = "{practitioner} Almada"
    answer(marta, words="Dear {name}")
    assert saved.answers_for(teresa, NOW)[0].words == "Dear {practitioner}"


def test_it_is_written_changed_and_thrown_away(as_marta: Browser, marta: Practitioner) -> None:
    assert (
        as_marta.post("/messages/answers/new/", {"title": " Go  on ", "words": "Go on, {name}."}).status_code == 302
    )
    made = SavedAnswer.objects.get()
    assert (made.title, made.words) == ("Go on", "Go on, {name}.")
    as_marta.post(f"/messages/answers/{made.pk}/", {"title": "Go on", "words": "Slower, {name}."})
    assert SavedAnswer.objects.get().words == "Slower, {name}."
    as_marta.post(f"/messages/answers/{made.pk}/", {"away": "1"})
    assert not SavedAnswer.objects.exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Dear {nme}", "We cannot fill in {nme}."),
        ("{name.password}", "We cannot fill in {name.password}."),
        ("Dear {", "A curly bracket stands alone."),
        ("\u200b", "nothing to send"),
        ("x" * 4001, "4000"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_a_sentence(as_marta: Browser, words: str, why: str) -> None:
    page = as_marta.post("/messages/answers/new/", {"title": "Wrong", "words": words})
    assert page.status_code == 422
    assert why in page.content.decode().replace("&#x27;", "'")
    assert not SavedAnswer.objects.exists()


def test_two_of_one_name_are_refused(as_marta: Browser, marta: Practitioner) -> None:
    answer(marta)
    page = as_marta.post("/messages/answers/new/", {"title": "GO ON", "words": "x"})
    assert (page.status_code, SavedAnswer.objects.count()) == (422, 1)
    assert "of this name already" in page.content.decode()


def test_without_its_script_one_is_chosen_looked_at_and_sent(
    as_marta: Browser, teresa: Client, marta: Practitioner
) -> None:
    made = answer(marta)
    assert f"?answer={made.pk}" in as_marta.get(f"/messages/{teresa.pk}/answers/").content.decode()
    page = as_marta.get(f"/messages/{teresa.pk}/answers/?answer={made.pk}").content.decode()
    assert "Go on, Teresa.</textarea>" in page
    assert not Message.objects.exists()
    number = page.partition('name="uuid" value="')[2].partition('"')[0]
    as_marta.post(f"/messages/{teresa.pk}/", {"uuid": number, "words": "Go on, Teresa."})
    assert Message.objects.get().words == "Go on, Teresa."


def test_nobody_elses_answers_are_seen_or_changed(marta: Practitioner, teresa: Client, as_marta: Browser) -> None:
    made = answer(marta, words="HIDDEN")
    stranger = signed_in(cast.practitioner(name="Sten Stranger"))
    assert "HIDDEN" not in stranger.get("/messages/answers/").content.decode()
    assert stranger.get(f"/messages/{teresa.pk}/answers/").status_code == 404
    assert stranger.post(f"/messages/answers/{made.pk}/", {"away": "1"}).status_code == 404
    for nonsense in ("x", "999999", "-1"):
        assert as_marta.get(f"/messages/{teresa.pk}/answers/?answer={nonsense}").status_code == 200


def test_one_answer_or_thirty_take_as_many_queries(as_marta: Browser, marta: Practitioner, teresa: Client) -> None:
    def asked() -> list[int]:
        counted = []
        for path in ("/messages/answers/", f"/messages/{teresa.pk}/answers/"):
            as_marta.get(path)
            with CaptureQueriesContext(connection) as queries:
                as_marta.get(path)
            counted.append(len(queries))
        return counted

    answer(marta)
    one = asked()
    for number in range(29):
        answer(marta, title=f"Number {number}")
    assert asked() == one
