"""Words of a story whose key is missing: a page that is sent again as it was shown writes over none of them."""

from django.test import Client as Browser

from accounts.sealed import Lost
from coaching.people.models import Client, Practitioner
from coaching.story import actions, asking
from coaching.story.actions import Wanted
from coaching.story.models import Activity, Story, StoryAnswer
from tests import cast

NOW = cast.NOW
SEALED = b"\x01abcdnotourkey"
LOST = Lost(SEALED)


def test_they_stay_as_they_lie(as_teresa: Browser, teresa: Client, marta: Practitioner) -> None:
    question = asking.ask(practitioner=marta, words="How do you sleep?")
    actions.answer_question(client=teresa, question=question, words="Badly.", now=NOW)
    actions.want(client=teresa, activities=[Wanted("Weed a bed")], words="Sleep.", now=NOW)
    actions.answer_signs(client=teresa, signs=["fever"], now=NOW)
    actions.decide(client=teresa, decision="wait", words="Have it looked at.", now=NOW)
    Story.objects.update(happened=LOST, where=LOST, wish=LOST, decision_words=LOST)
    StoryAnswer.objects.update(words=LOST)
    Activity.objects.update(words=LOST)
    shown = str(LOST)
    as_teresa.post("/story/step/happened/", {"happened": shown, "since": "since June"})
    as_teresa.post("/story/step/where/", {"where": shown})
    as_teresa.post("/story/step/wish/", {"wish": shown, "activity-0": shown, "value-0": "3"})
    actions.answer_question(client=teresa, question=question, words=shown, now=NOW)
    actions.decide(client=teresa, decision="go", words=shown, now=NOW)
    story = Story.objects.get()
    assert (story.since, story.decision) == ("since June", "go")
    kept = [story.happened, story.where, story.wish, story.decision_words]
    kept += [StoryAnswer.objects.get().words, Activity.objects.get().words]
    assert [getattr(words, "sealed", None) for words in kept] == [SEALED] * 6


def test_other_words_take_their_place(as_teresa: Browser, teresa: Client) -> None:
    actions.answer(client=teresa, step="happened", happened="I lifted a crate.", now=NOW)
    Story.objects.update(happened=LOST)
    as_teresa.post("/story/step/happened/", {"happened": "Told anew.", "since": ""})
    assert Story.objects.get().happened == "Told anew."
