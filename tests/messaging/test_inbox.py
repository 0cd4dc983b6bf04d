"""The practitioner's inbox: who waits longest stands on top, and what can wait is out of the way."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coaching.home.needs import needs_of
from coaching.live.models import Event
from coaching.messaging import actions_inbox, queries, queries_inbox, rules_desk
from coaching.messaging.models import Conversation
from coaching.messaging.queries_inbox import Show
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.cast import NOW
from tests.conftest import signed_in
from tests.messaging.test_sending import say

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def talk(client: Client) -> Conversation:
    return Conversation.objects.get(client=client)


def names(marta: Practitioner, show: Show = Show.ALL, now: datetime = NOW) -> list[str]:
    return [each.client.name for each in queries_inbox.inbox(marta, now, show)]


@pytest.fixture
def three(marta: Practitioner) -> dict[str, Client]:
    """Ana waits longest, Bo waits, Cy was answered; a stranger's client wrote, too."""
    people = {name: cast.client(of=marta, name=f"{name} Client") for name in ("Ana", "Bo", "Cy")}
    for name, hours in {"Ana": 9, "Bo": 1, "Cy": 20}.items():
        say(people[name], people[name], f"I am {name}", ago=timedelta(hours=hours))
    say(people["Cy"], marta, "There you are")
    stranger = cast.client(of=cast.practitioner(name="Sten Stranger"), name="Hidden Client")
    say(stranger, stranger, "HIDDEN")
    return people


def test_each_part_holds_what_it_says_and_counts_it(marta: Practitioner, three: dict[str, Client]) -> None:
    actions_inbox.star(conversation=talk(three["Cy"]), starred=True, now=NOW)
    actions_inbox.set_aside(conversation=talk(three["Ana"]), until=NOW + timedelta(hours=2), now=NOW)
    found = {show.value: names(marta, show) for show in Show}
    assert found == {
        "all": ["Bo", "Cy"],
        "unread": ["Bo", "Cy"],
        "waiting": ["Bo"],
        "starred": ["Cy"],
        "aside": ["Ana"],
    }
    counts = queries_inbox.counts(marta, NOW)
    assert {show.value: counts.of(show) for show in Show} == {show: len(rows) for show, rows in found.items()}
    assert counts.returns == NOW + timedelta(hours=2)


def test_what_is_set_aside_comes_back_by_itself_at_its_moment(
    marta: Practitioner, three: dict[str, Client]
) -> None:
    until = NOW + timedelta(hours=2)
    actions_inbox.set_aside(conversation=talk(three["Ana"]), until=until, now=NOW)
    assert "Ana" not in [need.client.name for need in needs_of(marta, NOW)]
    assert names(marta, now=until - timedelta(seconds=1)) == ["Bo", "Cy"]
    assert names(marta, now=until) == ["Ana", "Bo", "Cy"]
    assert "Ana" in [need.client.name for need in needs_of(marta, until)]


def test_what_is_set_aside_is_back_at_once_when_the_client_writes(
    marta: Practitioner, three: dict[str, Client]
) -> None:
    actions_inbox.set_aside(conversation=talk(three["Ana"]), until=NOW + timedelta(days=3), now=NOW)
    say(three["Ana"], three["Ana"], "Are you there?")
    assert names(marta)[0] == "Ana"
    assert talk(three["Ana"]).aside_until is None


def test_no_letter_tells_of_what_is_set_aside_before_it_comes_back(teresa: Client, marta: Practitioner) -> None:
    say(teresa, teresa, ago=timedelta(hours=1))
    assert [each.person for each in queries.unread_to_tell(NOW)] == [marta.user]
    assert queries.unread_of(marta.user, NOW) == 1
    until = NOW + timedelta(hours=2)
    actions_inbox.set_aside(conversation=talk(teresa), until=until, now=NOW)
    assert queries.unread_to_tell(NOW) == []
    assert queries.unread_of(marta.user, NOW) == 0
    assert [each.person for each in queries.unread_to_tell(until)] == [marta.user]
    assert queries.unread_of(marta.user, until) == 1


def test_needs_no_answer_ends_the_waiting_and_can_be_taken_back(
    marta: Practitioner, three: dict[str, Client]
) -> None:
    since = talk(three["Ana"]).waiting_since
    actions_inbox.let_be(conversation=talk(three["Ana"]), now=NOW)
    assert names(marta, Show.WAITING) == ["Bo"]
    actions_inbox.wait_after_all(conversation=talk(three["Ana"]), now=NOW)
    assert talk(three["Ana"]).waiting_since == since
    actions_inbox.let_be(conversation=talk(three["Ana"]), now=NOW)
    say(three["Ana"], marta, "I answer after all.")
    actions_inbox.wait_after_all(conversation=talk(three["Ana"]), now=NOW)
    assert talk(three["Ana"]).waiting_since is None  # it was answered meanwhile


def test_a_past_moment_is_refused(three: dict[str, Client]) -> None:
    with pytest.raises(ValueError, match="still to come"):
        actions_inbox.set_aside(conversation=talk(three["Ana"]), until=NOW, now=NOW)


def test_open_pages_are_told_once_of_what_changed(marta: Practitioner, three: dict[str, Client]) -> None:
    for _again in range(2):
        actions_inbox.star(conversation=talk(three["Ana"]), starred=True, now=NOW)
    assert Event.objects.filter(person=marta.user, kind="inbox.changed").count() == 1


def test_it_is_all_done_without_javascript(as_marta: Browser, three: dict[str, Client]) -> None:
    ana, bo = three["Ana"], three["Bo"]
    where = {"back": "/messages/?show=waiting"}
    as_marta.post(f"/messages/{ana.pk}/star/", {"starred": "yes", **where})
    assert talk(ana).starred
    tomorrow = timezone.now().astimezone(COPENHAGEN).date() + timedelta(days=1)
    answer = as_marta.post(f"/messages/{ana.pk}/aside/", {"until": f"{tomorrow}T08:00", **where})
    assert answer["Location"] == f"/messages/?show=waiting&done=aside-{ana.pk}"
    assert f"{talk(ana).aside_until.astimezone(COPENHAGEN):%H:%M}" == "08:00"
    page = as_marta.get(answer["Location"]).content.decode()
    assert "Ana Client comes back tomorrow, 08:00" in page
    assert 'value="/messages/?show=waiting"' in page
    as_marta.post(f"/messages/{ana.pk}/aside/", {"return": "1"})
    assert talk(ana).aside_until is None
    answer = as_marta.post(f"/messages/{bo.pk}/enough/", where)
    assert "Bo Client waits for no answer any more." in as_marta.get(answer["Location"]).content.decode()
    as_marta.post(f"/messages/{bo.pk}/enough/", {"return": "1"})
    assert talk(bo).waiting_since is not None


def test_a_time_of_ones_own_is_on_ones_own_clock(as_marta: Browser, three: dict[str, Client]) -> None:
    ana = three["Ana"]
    day = timezone.now().astimezone(COPENHAGEN).date() + timedelta(days=9)
    as_marta.post(f"/messages/{ana.pk}/aside/", {"day": day.isoformat(), "time": "14:30"})
    assert talk(ana).aside_until == datetime(day.year, day.month, day.day, 14, 30, tzinfo=COPENHAGEN)
    for wrong in (
        {"day": "2020-01-01", "time": "10:00"},
        {"day": "2999-01-01", "time": "10:00"},
        {"until": "x"},
        {},
    ):
        assert as_marta.post(f"/messages/{ana.pk}/aside/", wrong).status_code == 422


def test_it_leads_back_to_our_own_pages_only(as_marta: Browser, three: dict[str, Client]) -> None:
    for bad in ("https://evil.example/messages/", "//evil.example", "/accounts/logout/", "javascript:alert(1)"):
        answer = as_marta.post(f"/messages/{three['Ana'].pk}/star/", {"starred": "yes", "back": bad})
        assert answer["Location"] == "/messages/"


def test_nobody_elses_conversation_is_touched(three: dict[str, Client]) -> None:
    stranger = signed_in(Practitioner.objects.get(user__name="Sten Stranger"))
    for path in ("star", "aside", "enough"):
        assert stranger.post(f"/messages/{three['Ana'].pk}/{path}/", {"starred": "yes"}).status_code == 404
    assert not talk(three["Ana"]).starred


def test_nonsense_in_the_address_shows_all(as_marta: Browser, three: dict[str, Client]) -> None:
    for nonsense in ("show=x", "done=aside-x", "done=enough-999999", "page=-3", "done=" + "9" * 40):
        assert "Ana Client" in as_marta.get(f"/messages/?{nonsense}").content.decode()


def test_the_inbox_takes_as_many_queries_for_thirty_as_for_one(as_marta: Browser, marta: Practitioner) -> None:
    def asked(path: str) -> int:
        as_marta.get(path)
        with CaptureQueriesContext(connection) as found:
            assert as_marta.get(path).status_code == 200
        return len(found)

    paths = [f"/messages/?show={show}" for show in Show]
    first = cast.client(of=marta, name="First")
    say(first, first)
    actions_inbox.star(conversation=talk(first), starred=True, now=NOW)
    one = [asked(path) for path in paths]
    for number in range(40):
        client = cast.client(of=marta, name=f"Number {number}")
        say(client, client)
        actions_inbox.star(conversation=talk(client), starred=True, now=NOW)
    assert [asked(path) for path in paths] == one
    assert max(one) <= 6


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ((2026, 11, 25, 9, 0), ["Today, 17:00", "Tomorrow, 08:00", "Monday, 08:00"]),
        ((2026, 11, 25, 16, 40), ["Tomorrow, 08:00", "Monday, 08:00"]),
        ((2026, 11, 29, 9, 0), ["Today, 17:00", "Tomorrow, 08:00"]),  # tomorrow is Monday
        ((2026, 11, 23, 23, 59), ["Tomorrow, 08:00", "30 November, 08:00"]),
    ],
)
def test_moments_are_those_still_ahead(now: tuple[int, ...], offered: list[str]) -> None:
    moment = datetime(*now, tzinfo=COPENHAGEN)  # type: ignore[misc,arg-type]
    assert [each.words for each in rules_desk.moments(moment, COPENHAGEN)] == offered


def test_a_morning_after_the_clocks_change_is_still_eight() -> None:
    saturday = datetime(2027, 3, 27, 12, tzinfo=COPENHAGEN)
    tomorrow = rules_desk.moments(saturday, COPENHAGEN)[1].at
    assert f"{tomorrow:%H:%M %z}" == "08:00 +0200"
