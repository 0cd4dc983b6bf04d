"""/letters/: what was sent to one's own people, and what came of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.outbox import actions, heartbeats, queries, suppressions, words
from coaching.outbox.models import Letter, Suppression
from coaching.people.models import Client, Invitation, Practitioner
from tests import cast

pytestmark = pytest.mark.django_db


def letter(person: Client | Practitioner | None, **fields: Any) -> Letter:
    moment: datetime = fields.pop("at", timezone.now() - timedelta(hours=1))
    chosen: dict[str, Any] = {
        "key": f"letter:{Letter.objects.count()}",
        "kind": "test.hello",
        "person": person.user if person else None,
        "email": person.user.email if person else "someone@example.org",
        "state": "sent",
        "subject": "A word from Marta",
        "text": "Dear Teresa,\n\nthe words",
        "posted_at": moment,
        "due_at": moment,
        "next_try_at": moment,
        "ended_at": moment,
        **fields,
    }
    return Letter.objects.create(**chosen)


def test_the_log_shows_letters_to_oneself_ones_clients_and_ones_invitations(
    as_marta: Browser, marta: Practitioner, teresa: Client
) -> None:
    stranger = cast.practitioner(name="Sten Stranger")
    theirs = letter(cast.client(of=stranger, name="Nils Theirs"), subject="Not for Marta")
    invitation = Invitation.objects.create(
        practitioner=marta,
        name="Ida",
        email="ida@example.org",
        code="c",
        created_at=cast.NOW,
        sent_at=cast.NOW,
        expires_at=cast.NOW + timedelta(days=30),
    )
    letter(marta, subject="To Marta herself")
    letter(teresa, subject="To Teresa")
    letter(None, subject="Come in", about={"invitation": invitation.pk})
    letter(None, subject="To nobody of hers")
    page = as_marta.get("/letters/").content.decode()
    assert all(words in page for words in ("To Marta herself", "To Teresa", "Come in"))
    assert "Not for Marta" not in page
    assert "nobody of hers" not in page
    assert as_marta.get(f"/letters/{theirs.pk}/").status_code == 404


def test_a_client_has_no_log(as_teresa: Browser, teresa: Client) -> None:
    assert as_teresa.get("/letters/").status_code == 404
    assert as_teresa.get(f"/letters/{letter(teresa).pk}/").status_code == 404


def test_the_log_is_filtered_by_state_and_by_person(as_marta: Browser, teresa: Client, outsider: Client) -> None:
    letter(teresa, subject="Arrived")
    letter(teresa, subject="Bounced", state="failed")
    letter(outsider, subject="For Olaf")
    page = as_marta.get("/letters/", {"state": "trouble"}).content.decode()
    assert "Bounced" in page
    assert "Arrived" not in page
    page = as_marta.get("/letters/", {"person": teresa.pk}).content.decode()
    assert "Arrived" in page
    assert "For Olaf" not in page
    assert as_marta.get("/letters/", {"person": "999999"}).status_code == 404
    assert as_marta.get("/letters/", {"person": "x", "page": "y"}).status_code == 404
    assert as_marta.get("/letters/", {"state": "x", "page": "y"}).status_code == 200


def test_the_log_costs_the_same_for_one_letter_and_for_a_full_page(as_marta: Browser, teresa: Client) -> None:
    letter(teresa)
    as_marta.get("/letters/")  # the first page of a sign-in notes the device
    with CaptureQueriesContext(connection) as one:
        as_marta.get("/letters/")
    for n in range(30):
        letter(cast.client(of=teresa.practitioner, name=f"Client {n}"), subject=f"Letter {n}")
    with CaptureQueriesContext(connection) as many:
        page = as_marta.get("/letters/").content.decode()
    assert len(many) == len(one) <= 12
    assert "1 to 25 of 31" in page
    assert "Older" in page
    assert f'?person={teresa.practitioner.clients.order_by("-pk")[0].pk}"' in page


def test_one_letter_is_shown_as_it_was_sent_with_the_servers_answer(as_marta: Browser, teresa: Client) -> None:
    sent = letter(teresa, text="<script>alert(1)</script> **as it was**", html="<b>x</b>", answer="250 Taken")
    page = as_marta.get(f"/letters/{sent.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **as it was**" in page
    assert "250 Taken" in page


def test_secret_words_are_shown_only_where_no_mail_is_set_up(as_marta: Browser, teresa: Client) -> None:
    now = timezone.now()
    waiting = letter(teresa, secret=True, state="waiting", text="123456", ended_at=None)
    kept = letter(teresa, secret=True, state="kept", text="123456", ended_at=now)
    old = letter(teresa, secret=True, state="kept", text="123456", ended_at=now - timedelta(hours=2))
    shown = [b"123456" in as_marta.get(f"/letters/{each.pk}/").content for each in (waiting, kept, old)]
    assert shown == [False, True, False]


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ({}, "No letter in the last seven days"),
        ({"waiting": 3}, "No letter in the last seven days"),
        ({"sent": 14}, "14 letters in seven days, none came back"),
        ({"sent": 1, "dropped": 4}, "One letter in seven days, none came back"),
        ({"sent": 12, "failed": 2}, "14 letters in seven days, two did not arrive"),
        (
            {"sent": 12, "failed": 2, "uncertain": 1},
            "15 letters in seven days, two did not arrive, one is uncertain",
        ),
        ({"kept": 2}, "Two letters in seven days, all kept here"),
    ],
)
def test_the_heading_says_how_things_are(week: dict[str, int], sentence: str) -> None:
    assert words.week_in_words(week) == sentence


def test_every_state_has_its_words() -> None:
    assert set(words.TAGS) == set(words.EXPLAINED) == set(Letter.State)
    assert {state for _, states in words.FILTERS.values() for state in states} == set(Letter.State)


def test_the_pulse_says_when_workers_sleep(teresa: Client, settings: Any) -> None:
    now = timezone.now()

    def said() -> str:
        return words.pulse_in_words(queries.pulse(now), zone=teresa.zone)

    settings.EMAIL_URL = "smtp://localhost"
    assert said().startswith("Letters and reminders do not leave by themselves just now. Start")
    actions.note_pulse(of="deliver", now=now - timedelta(minutes=6))
    assert "The last sign of life: Today, " in said()
    actions.note_pulse(of="deliver", now=now)
    actions.note_pulse(of="sweep", now=now - timedelta(hours=1))
    assert said().startswith("Nobody looks for reminders just now, so that none leaves. Other letters do. The last")
    actions.note_pulse(of="sweep", now=now)
    assert said() == ""
    assert queries.pulse(now).well
    letter(teresa, state="waiting", at=now - timedelta(minutes=6), ended_at=None)
    assert said() == "One letter waits longer than it should."
    settings.EMAIL_URL = ""
    assert said().startswith("No mail is set up")


def test_the_pulse_says_when_the_mail_server_fails_for_a_while(teresa: Client, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    now = timezone.now()
    actions.note_pulse(of="deliver", now=now + timedelta(minutes=3))
    actions.note_pulse(of="sweep", now=now + timedelta(minutes=3))
    heartbeats.trouble("mail", words="535 5.7.8 Wrong password")
    heartbeats.trouble("mail", words="Connection refused")
    assert queries.pulse(now).well
    later = queries.pulse(now + timedelta(minutes=3))
    assert words.pulse_in_words(later, zone=teresa.zone) == (
        "The mail server does not take our letters just now. It says: Connection refused "
        "They are kept and leave as soon as it does."
    )
    heartbeats.beat("mail")
    assert not queries.pulse(now + timedelta(minutes=3)).trouble


def test_a_stopped_address_is_shown_and_can_be_lifted_by_its_practitioner_only(
    as_marta: Browser, teresa: Client
) -> None:
    stranger = cast.practitioner(name="Sten Stranger")
    theirs = cast.client(of=stranger, name="Nils Theirs")
    now = timezone.now()
    suppressions.stop(teresa.user.email.upper(), cause="bounced", reason="550 No such person", now=now)
    suppressions.stop(theirs.user.email, cause="complained", reason="spam", now=now)
    suppressions.count_refusal("once@example.org", reason="550", now=now)
    page = as_marta.get("/letters/").content.decode()
    assert "550 No such person" in page
    assert theirs.user.email not in page
    assert "Gets no letters, since" in as_marta.get("/today/").content.decode()
    stopped = Suppression.objects.get(email=teresa.user.email)
    other = Suppression.objects.get(email=theirs.user.email)
    assert as_marta.post(f"/letters/stopped/{other.pk}/lift/").status_code == 404
    assert as_marta.get(f"/letters/stopped/{stopped.pk}/lift/").status_code == 405
    assert as_marta.post(f"/letters/stopped/{stopped.pk}/lift/").status_code == 302
    assert not Suppression.objects.filter(pk=stopped.pk).exists()
    assert Suppression.objects.filter(pk=other.pk).exists()
