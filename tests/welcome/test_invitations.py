"""Being asked in, and coming in."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from coaching.outbox.letters import tell_in_their_words
from coaching.outbox.models import Letter
from coaching.people.actions import AddressKnown
from coaching.people.models import Client, Invitation, Practitioner
from coaching.welcome import actions, queries
from coaching.welcome.rules import Standing
from tests import cast
from tests.conftest import signed_in

INVITE = "/clients/invite/"
ANSWER = {"name": "Ana Ruiz", "time_zone": "America/Bogota"}


@pytest.fixture
def stranger(marta: Practitioner) -> Practitioner:
    """Another practitioner, whose invitations are not Marta's."""
    return cast.practitioner(name="Sten Stranger", zone="Australia/Adelaide")


def _invited(by: Practitioner, *, email: str = "ana@example.org", **changes: Any) -> Invitation:
    """Asked in just now, by the server's clock: the pages compare with that one."""
    made = actions.invite(practitioner=by, name="Ana", email=email, note="See you *soon*.", now=timezone.now())
    Invitation.objects.filter(pk=made.pk).update(**changes)
    made.refresh_from_db()
    return made


def _come(invitation: Invitation, browser: Browser | None = None, **answer: str) -> Any:
    return (browser or Browser()).post(f"/come/{invitation.code}/", {**ANSWER, **answer})


# --- asking ----------------------------------------------------------------------------------------------


def test_a_practitioner_asks_somebody_in_by_a_letter(as_marta: Browser, marta: Practitioner) -> None:
    done = as_marta.post(INVITE, {"name": "Ana", "email": "Ana@Example.org", "note": ""})
    assert done["Location"] == "/clients/"
    made = Invitation.objects.get()
    assert (made.practitioner, made.email) == (marta, "ana@example.org")
    assert made.expires_at - made.sent_at == timedelta(days=60)
    letter = Letter.objects.get(kind="welcome.invitation")
    assert (letter.email, letter.person) == ("ana@example.org", None)


def test_the_letter_holds_the_way_in_and_words_of_her_own(marta: Practitioner) -> None:
    made = _invited(marta)
    told = tell_in_their_words(Letter.objects.get(), made.sent_at)
    assert told is not None
    assert told.subject == "Marta invites you to come in"
    assert told.action is not None
    assert told.action.url.endswith(f"/come/{made.code}/")
    assert any("soon" in each for each in told.paragraphs)
    assert "do nothing" in told.why


@pytest.mark.parametrize("change", ["revoked_at", "accepted_at"])
def test_the_letter_is_dropped_once_it_is_no_longer_true(marta: Practitioner, change: str) -> None:
    made = _invited(marta)
    Invitation.objects.filter(pk=made.pk).update(**{change: made.sent_at})
    assert tell_in_their_words(Letter.objects.get(), made.sent_at) is None


def test_whoever_waits_for_an_answer_is_not_asked_twice(as_marta: Browser, marta: Practitioner) -> None:
    _invited(marta)
    page = as_marta.post(INVITE, {"name": "Ana again", "email": "ANA@example.org"}).content.decode()
    assert "Ana is invited already. Send that invitation again." in page
    assert Invitation.objects.count() == 1
    assert Letter.objects.count() == 1


def test_the_database_itself_refuses_a_second_open_invitation(marta: Practitioner) -> None:
    made = _invited(marta)
    made.pk, made.code, made.email = None, "another", "Ana@example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_whoever_has_an_account_is_not_asked_in(as_marta: Browser, teresa: Client) -> None:
    page = as_marta.post(INVITE, {"name": "T", "email": teresa.user.email.upper()}).content.decode()
    assert "has an account here already" in page
    assert not Invitation.objects.exists()


def test_bad_input_is_told_in_one_sentence_and_sends_nothing(as_marta: Browser) -> None:
    page = as_marta.post(INVITE, {"name": "", "email": "not an address"}).content.decode()
    assert "Enter a valid email address" in page
    assert not Letter.objects.exists()


def test_sending_again_keeps_the_code_and_opens_a_late_invitation(as_marta: Browser, marta: Practitioner) -> None:
    made = _invited(marta, expires_at=cast.NOW - timedelta(days=400))
    assert queries.standing_of(made, made.sent_at) is Standing.EXPIRED
    as_marta.post(f"/clients/invite/{made.pk}/send-again/")
    code = made.code
    made.refresh_from_db()
    assert (made.code, made.sent_count) == (code, 2)
    assert Letter.objects.count() == 2
    assert _come(made)["Location"] == "/today/"


def test_another_practitioners_invitations_do_not_exist(marta: Practitioner, stranger: Practitioner) -> None:
    made = _invited(marta)
    browser = signed_in(stranger)
    assert browser.post(f"/clients/invite/{made.pk}/send-again/").status_code == 404
    assert browser.post(f"/clients/invite/{made.pk}/revoke/").status_code == 404
    assert "ana@example.org" not in browser.get(INVITE).content.decode()
    made.refresh_from_db()
    assert (made.sent_count, made.revoked_at) == (1, None)


def test_clients_ask_nobody_in(as_teresa: Browser) -> None:
    assert as_teresa.get(INVITE).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_thirty(as_marta: Browser, marta: Practitioner) -> None:
    _invited(marta)
    as_marta.get(INVITE)
    with CaptureQueriesContext(connection) as one:
        as_marta.get(INVITE)
    for number in range(29):
        _invited(marta, email=f"n{number}@example.org")
    with CaptureQueriesContext(connection) as thirty:
        page = as_marta.get(INVITE).content.decode()
    assert len(thirty) == len(one)
    assert page.count("Take it back") == 30


# --- coming ----------------------------------------------------------------------------------------------


def test_the_invited_person_reads_who_asks_and_comes_in(marta: Practitioner) -> None:
    made, browser = _invited(marta), Browser()
    page = browser.get(f"/come/{made.code}/").content.decode()
    assert "Marta asks you in" in page
    assert 'value="Ana"' in page
    assert not Client.objects.exists(), "looking changes nothing"
    assert _come(made, browser)["Location"] == "/today/"
    client = Client.objects.get()
    assert (client.practitioner, client.status) == (marta, "active")
    assert (client.user.email, client.user.name) == ("ana@example.org", "Ana Ruiz")
    assert client.user.time_zone == "America/Bogota"
    assert client.user.zone_confirmed_at
    assert EmailAddress.objects.get(user=client.user).verified
    assert browser.session["_auth_user_id"] == str(client.user.pk)
    made.refresh_from_db()
    assert made.client == client


def test_without_a_zone_nobody_comes_in_and_nothing_is_half_done(marta: Practitioner) -> None:
    made = _invited(marta)
    page = _come(made, time_zone="")
    assert page.status_code == 200
    assert not User.objects.filter(email=made.email).exists()
    made.refresh_from_db()
    assert made.accepted_at is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"revoked_at": cast.NOW}, "This invitation was taken back"),
        ({"accepted_at": cast.NOW}, "This invitation was used already"),
        ({"expires_at": cast.NOW - timedelta(days=400)}, "This invitation is too old"),
    ],
)
def test_a_closed_invitation_says_why_and_what_to_do(
    marta: Practitioner, changes: dict[str, Any], sentence: str
) -> None:
    made = _invited(marta, **changes)
    for page in (Browser().get(f"/come/{made.code}/"), _come(made)):
        assert sentence in page.content.decode()
    assert not Client.objects.exists()


def test_a_made_up_code_opens_nothing(marta: Practitioner) -> None:
    assert Browser().get("/come/made-up/").status_code == 404


def test_an_invitation_that_was_taken_back_stays_so(as_marta: Browser, marta: Practitioner) -> None:
    made = _invited(marta)
    as_marta.post(f"/clients/invite/{made.pk}/revoke/")
    as_marta.post(f"/clients/invite/{made.pk}/revoke/")
    as_marta.post(f"/clients/invite/{made.pk}/send-again/")
    made.refresh_from_db()
    assert made.revoked_at
    assert made.sent_count == 1


def test_what_was_used_cannot_be_taken_back(as_marta: Browser, marta: Practitioner) -> None:
    made = _invited(marta)
    _come(made)
    page = as_marta.post(f"/clients/invite/{made.pk}/revoke/", follow=True).content.decode()
    assert "Ana has come in already." in page
    made.refresh_from_db()
    assert made.revoked_at is None


def test_somebody_else_who_is_signed_in_is_told_so(marta: Practitioner, as_outsider: Browser) -> None:
    made = _invited(marta)
    assert "for somebody else" in as_outsider.get(f"/come/{made.code}/").content.decode()
    assert "for somebody else" in _come(made, as_outsider).content.decode()
    assert "for somebody else" in signed_in(marta).get(f"/come/{made.code}/").content.decode()
    made.refresh_from_db()
    assert made.accepted_at is None


def test_whoever_got_an_account_meanwhile_signs_in_and_goes_on(marta: Practitioner) -> None:
    made = _invited(marta)
    client = cast.client(of=marta, name="Ana Ruiz", email="ana@example.org", status="new")
    page = Browser().get(f"/come/{made.code}/").content.decode()
    assert "You are known here already" in page
    with pytest.raises(AddressKnown):
        actions.accept(invitation=made, name="x", time_zone="UTC", now=made.sent_at)
    browser = signed_in(client)
    assert "Work with Marta" in browser.get(f"/come/{made.code}/").content.decode()
    assert browser.post(f"/come/{made.code}/")["Location"] == "/today/"
    client.refresh_from_db()
    made.refresh_from_db()
    assert client.status == "active"
    assert made.client == client


def test_another_practitioners_client_is_not_taken_over(marta: Practitioner, stranger: Practitioner) -> None:
    made = _invited(marta)
    client = cast.client(of=stranger, email="ana@example.org")
    assert "for somebody else" in signed_in(client).post(f"/come/{made.code}/").content.decode()
    client.refresh_from_db()
    assert client.practitioner == stranger


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_comes_in() -> None:
    marta = cast.practitioner()
    made = _invited(marta)
    answers: list[str] = []
    gate = threading.Barrier(2)

    def come() -> None:
        gate.wait()
        try:
            response = _come(made)
            answers.append(response.headers.get("Location", "") or response.content.decode())
        finally:
            connection.close()

    threads = [threading.Thread(target=come) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert answers.count("/today/") == 1
    assert sum("was used already" in answer or "known here already" in answer for answer in answers) == 1
    assert Client.objects.count() == 1
