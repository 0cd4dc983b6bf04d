"""Who comes to whom."""

import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from accounts.models import User
from coaching.people import actions
from coaching.people.models import Client, Practitioner
from coaching.people.words import as_html
from tests import cast


def _taken_on(marta: Practitioner, email: str = "new@example.org") -> Client:
    return actions.take_on(
        practitioner=marta, email=email, name="New One", time_zone="Asia/Tokyo", status="new", now=cast.NOW
    )


def test_a_new_client_has_an_account_without_password_and_an_address_to_verify(marta: Practitioner) -> None:
    client = _taken_on(marta, " New@Example.org ")
    assert client.user.email == "new@example.org"
    assert not client.user.has_usable_password()
    assert client.user.zone_confirmed_at is None
    address = EmailAddress.objects.get(user=client.user)
    assert (address.primary, address.verified) == (True, False)
    assert client.since == cast.NOW


def test_a_known_address_is_refused_and_nothing_is_half_done(marta: Practitioner, teresa: Client) -> None:
    people, accounts = Client.objects.count(), User.objects.count()
    with pytest.raises(actions.AddressKnown):
        _taken_on(marta, teresa.user.email.upper())
    assert (Client.objects.count(), User.objects.count()) == (people, accounts)


def test_a_client_graduates_and_can_come_back(teresa: Client) -> None:
    actions.graduate(client=teresa, now=cast.NOW)
    teresa.refresh_from_db()
    assert (teresa.status, teresa.graduated_at) == ("graduated", cast.NOW)
    assert not Client.objects.reminded().filter(pk=teresa.pk).exists()
    actions.resume(client=teresa, now=cast.NOW)
    teresa.refresh_from_db()
    assert (teresa.status, teresa.graduated_at) == ("active", None)
    actions.end(client=teresa, now=cast.NOW)
    actions.choose_path(client=teresa, path="injury", now=cast.NOW)
    teresa.refresh_from_db()
    assert (teresa.status, teresa.path) == ("ended", "injury")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_in_at_once_one_does() -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def move_in(email: str) -> None:
        gate.wait()
        try:
            actions.move_in(email=email, name="P", time_zone="UTC", practice_name="House", now=cast.NOW)
            outcomes.append("in")
        except actions.AlreadyMovedIn:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=move_in, args=(f"p{number}@example.org",)) for number in (1, 2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sorted(outcomes) == ["in", "too late"]
    assert Practitioner.objects.count() == 1
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[press](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/x.png)",
        "<p style='position:fixed'>x</p>",
    ],
)
def test_words_of_the_practice_harm_nobody(hostile: str) -> None:
    shown = as_html(f"Hello **you**.\n\n{hostile}")
    assert "<strong>you</strong>" in shown
    for sign in ("<script", "<img", 'href="javascript', "<p style"):
        assert sign not in shown
