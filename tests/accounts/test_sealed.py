"""What lies sealed in the database: opens with its key alone, says so when that is missing, and changes keys."""

from io import StringIO

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from accounts.sealed import Lost, seal, unseal
from coaching.people.models import Client
from coaching.story import actions, happenings
from coaching.story.models import Story
from tests import cast

FIRST, SECOND = "a-first-key-of-the-tests-0123456789abcdef", "a-second-key-of-the-tests-0123456789abcd"


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SEAL_KEYS = [FIRST]


def _kept() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT happened FROM coaching_story")
        return bytes(cursor.fetchone()[0])


def _told(client: Client, words: str = "A crate, in the cellar: “Łódź”.") -> Story:
    return actions.answer(client=client, step="happened", happened=words, since="", now=cast.NOW)


def test_the_database_holds_no_word_of_a_story(teresa: Client) -> None:
    _told(teresa)
    assert b"crate" not in _kept()
    assert Story.objects.get().happened == "A crate, in the cellar: “Łódź”."
    assert Story.objects.get().since == ""


def test_the_same_words_never_look_the_same(settings: Settings) -> None:
    assert seal("sore", purpose="story") != seal("sore", purpose="story")


def test_what_was_changed_or_moved_elsewhere_does_not_open() -> None:
    sealed = seal("a low back", purpose="story")
    assert unseal(sealed, purpose="story") == "a low back"
    assert isinstance(unseal(sealed, purpose="notes"), Lost)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert isinstance(unseal(bytes(changed), purpose="story"), Lost), place
    assert isinstance(unseal(sealed[:-1], purpose="story"), Lost)
    assert isinstance(unseal(b"plain words", purpose="story"), Lost)


def test_a_lost_key_says_so_and_saving_loses_nothing_more(teresa: Client, settings: Settings) -> None:
    _told(teresa)
    before = _kept()
    settings.SEAL_KEYS = [SECOND]
    story = Story.objects.get()
    assert "the key for them is missing" in story.happened
    story.wish = "to weed again"
    story.save()
    assert _kept() == before
    settings.SEAL_KEYS = [SECOND, FIRST]
    found = Story.objects.get()
    assert (found.happened, found.wish) == ("A crate, in the cellar: “Łódź”.", "to weed again")


def test_keys_are_changed_by_a_command(teresa: Client, settings: Settings) -> None:
    _told(teresa)
    settings.SEAL_KEYS = [SECOND, FIRST]
    said = StringIO()
    call_command("seal_anew", stdout=said)
    call_command("seal_anew", stdout=said)
    assert said.getvalue() == "Sealed anew: 1.\nSealed anew: 0.\n"
    settings.SEAL_KEYS = [SECOND]
    assert Story.objects.get().happened == "A crate, in the cellar: “Łódź”."


def test_the_command_walks_all_that_is_told_besides(teresa: Client, settings: Settings) -> None:
    words = {name: f"{name} words" for name in ("eases", "worsens", "work", "sleep")}
    actions.tell_story(client=teresa, happened="x", **words, signs=["fever"], now=cast.NOW)
    actions.decide(client=teresa, decision="wait", words="because", now=cast.NOW)
    happenings.add(client=teresa, kind="stress", words="two jobs", year=2014, now=cast.NOW)
    settings.SEAL_KEYS = [SECOND, FIRST]
    call_command("seal_anew", stdout=StringIO())
    settings.SEAL_KEYS = [SECOND]
    story = Story.objects.get()
    assert {name: getattr(story, name) for name in words} == words
    assert (story.decision_words, story.happenings.get().words) == ("because", "two jobs")


def test_the_command_says_what_no_key_opens(teresa: Client, settings: Settings) -> None:
    _told(teresa)
    before = _kept()
    settings.SEAL_KEYS = [SECOND]
    said = StringIO()
    call_command("seal_anew", stdout=said)
    assert "No key opens 1" in said.getvalue()
    assert _kept() == before


def test_nothing_is_looked_up_by_what_is_sealed(teresa: Client) -> None:
    with pytest.raises(FieldError, match="sealed"):
        Story.objects.filter(happened__contains="crate")
    assert not Story.objects.filter(happened__isnull=True).exists()
