"""What was agreed stays true when somebody graduates, and when that is taken back."""

from datetime import timedelta

import pytest

from coaching.people.models import Client
from coaching.practice import actions, graduating
from coaching.practice.models_arc import Agreed
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_was_agreed_ends_with_it_and_goes_on_when_it_is_taken_back(teresa: Client) -> None:
    lessons = cast.lessons(of=teresa.practitioner)[:2]
    kept, other = (actions.assign(client=teresa, lesson=each, starts_on=NOW.date(), now=NOW) for each in lessons)
    then = NOW + 7 * DAY
    graduation = graduating.graduate(client=teresa, kept=[(lessons[0].pk, "")], now=then)
    spans = Agreed.objects.order_by("begins_on", "pk")
    assert [(each.rhythm, each.ends_on) for each in spans.filter(assignment=kept)] == [
        ("most_days", (then - DAY).date()),
        ("when_needed", None),
    ]
    assert spans.get(assignment=other).ends_on == then.date()
    graduating.take_back(graduation=graduation, now=then)
    for each in (kept, other):
        latest = spans.filter(assignment=each).last()
        assert latest
        assert (latest.rhythm, latest.begins_on, latest.ends_on) == ("most_days", then.date(), None)
