"""Does mail leave? The practitioner is told, and tries it with a letter to themself."""

from typing import Any

import pytest
from django.test import Client as Browser

from coaching.outbox import delivery
from coaching.outbox.models import Letter
from coaching.people.models import Practitioner
from tests import cast
from tests.conftest import signed_in
from tests.outbox.sink import CUT, Sink

PAGE = "/set-up/mail/"
pytestmark = pytest.mark.django_db


def _page(browser: Browser) -> str:
    return browser.get(PAGE).content.decode()


def _deliver(sink: Sink | None) -> None:
    delivery.deliver_due(server=sink.server if sink else None)


def test_without_a_mail_server_it_says_that_nothing_leaves_and_what_to_set(as_marta: Browser) -> None:
    page = _page(as_marta)
    assert "No letter leaves this machine yet" in page
    assert "EMAIL_URL=" in page
    as_marta.post(PAGE)
    _deliver(None)
    letter = Letter.objects.get(kind="welcome.trial")
    assert letter.state == "kept"
    assert f"/letters/{letter.pk}/" in _page(as_marta)


def test_a_letter_that_the_server_took_is_told_with_its_answer(as_marta: Browser, settings: Any) -> None:
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        assert "127.0.0.1" in _page(as_marta)
        assert as_marta.post(PAGE)["Location"] == PAGE
        assert "<till-changed" in _page(as_marta)
        _deliver(sink)
        [letter] = sink.letters
    page = _page(as_marta)
    assert letter["Subject"] == "Your letters arrive"
    assert "The mail server took the trial letter" in page
    assert "Taken as 4711" in page
    assert "<till-changed" not in page


@pytest.mark.parametrize(
    ("trouble", "headline", "answer"),
    [
        ({"on_rcpt": ["550 5.1.1 Nobody here"]}, "The trial letter was refused", "Nobody here"),
        ({"on_rcpt": ["451 4.7.1 Greylisted"]}, "The trial letter could not leave yet", "Greylisted"),
        ({"on_data": [CUT]}, "The trial letter may have arrived", "did not answer"),
    ],
)
def test_what_goes_wrong_is_told_with_its_answer(
    as_marta: Browser, settings: Any, trouble: dict[str, list[str]], headline: str, answer: str
) -> None:
    with Sink(**trouble) as sink:
        settings.EMAIL_URL = sink.url
        as_marta.post(PAGE)
        _deliver(sink)
    page = _page(as_marta)
    assert headline in page
    assert answer in page


def test_a_server_that_is_not_there_is_told(as_marta: Browser, settings: Any) -> None:
    with Sink() as gone:
        settings.EMAIL_URL = gone.url
        as_marta.post(PAGE)
    _deliver(gone)
    page = _page(as_marta)
    assert "The trial letter could not leave yet" in page
    assert "could not be reached" in page


def test_a_second_press_posts_no_second_letter_until_the_first_has_ended(as_marta: Browser) -> None:
    as_marta.post(PAGE)
    as_marta.post(PAGE)
    assert Letter.objects.count() == 1
    _deliver(None)
    as_marta.post(PAGE)
    assert Letter.objects.count() == 2


def test_a_trial_that_was_kept_before_the_mail_was_set_is_forgotten(as_marta: Browser, settings: Any) -> None:
    as_marta.post(PAGE)
    _deliver(None)
    settings.EMAIL_URL = "smtp://mail.example.org:587"
    assert "A mail server is set" in _page(as_marta)


def test_anothers_trial_is_not_told(as_marta: Browser, settings: Any) -> None:
    other: Practitioner = cast.practitioner(name="Sten Stranger")
    settings.EMAIL_URL = "smtp://mail.example.org:587"
    signed_in(other).post(PAGE)
    assert "<till-changed" not in _page(as_marta)


def test_from_there_it_goes_on_to_the_second_step(as_marta: Browser) -> None:
    assert 'href="/accounts/2fa/"' in _page(as_marta)
