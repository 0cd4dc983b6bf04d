"""Letters about stories, to the practitioner. What a lock screen may show of them names nobody and nothing."""

import re
from datetime import datetime
from html import unescape

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from coaching.outbox.letters import Action, Told, absolute, as_is, tells
from coaching.outbox.models import Letter
from coaching.people import examples
from coaching.people.models import Practitioner
from coaching.story import rules
from coaching.story.models import Story, StoryReading


@tells("story.sign", sample=lambda practitioner, now: _sign(_example(practitioner, now)))
def sign(letter: Letter, now: datetime) -> Told | None:
    """Not once the practitioner has seen it, nor when the answer was taken back."""
    story = _story(letter)
    if story is None or not story.signs or story.signs_seen_at:
        return None
    return _sign(story)


def _sign(story: Story) -> Told:
    return Told(
        subject=_("Please look at one story now"),
        preheader=_("It should not wait."),
        greeting_name=story.client.practitioner.name,
        paragraphs=[
            _("Somebody you work with answered a question in their story in a way that you should see at once."),
            _("The page has told them what to do now, and that you have been told."),
        ],
        action=Action(_("Read the story"), _address(story)),
        why=_("Letters of this kind always come, at any hour: they are about people’s safety."),
    )


@tells("story.told", sample=lambda practitioner, now: _handed_over(_example(practitioner, now)))
def told(letter: Letter, now: datetime) -> Told | None:
    """Not once the practitioner has opened it."""
    story = _story(letter)
    if story is None or story.told_at is None or StoryReading.objects.filter(story=story).exists():
        return None
    return _handed_over(story)


def _handed_over(story: Story) -> Told:
    name = story.client.name
    return Told(
        subject=_("A story is there to be read"),
        preheader=_("Somebody is waiting for what you choose."),
        greeting_name=story.client.practitioner.name,
        paragraphs=[
            _("%s has told you their story, and is waiting for what you choose: a first lesson, or a talk.")
            % as_is(name)
        ],
        action=Action(_("Read the story"), _address(story)),
        why=_("You get this once for each story."),
    )


@tells("story.agreed", sample=lambda practitioner, now: _agreed(_example(practitioner, now), rules.CONSENT_VERSION))
def agreed(letter: Letter, now: datetime) -> Told | None:
    """To the client: what they agreed to, to keep."""
    story = _story(letter)
    return _agreed(story, letter.about["version"]) if story else None


def _agreed(story: Story, version: str) -> Told:
    wording = render_to_string(f"story/consent/{version}.html", {"practitioner": story.client.practitioner})
    paragraphs = [unescape(strip_tags(each)) for each in re.findall(r"<p>(.*?)</p>", wording, re.DOTALL)]
    return Told(
        subject=_("What you agreed to"),
        preheader=_("A copy for you to keep."),
        greeting_name=story.client.name,
        paragraphs=[_("This is what you agreed to, for you to keep:"), *(as_is(each) for each in paragraphs)],
        action=Action(_("Your story"), absolute(reverse("story"))),
        why=_("You get this once for each wording that you agree to."),
    )


@tells("story.decided", sample=lambda practitioner, now: _decided(_example(practitioner, now)))
def decided(letter: Letter, now: datetime) -> Told | None:
    """To the client. Not for a decision that another took the place of, nor once the signs were taken back."""
    story = _story(letter)
    if story is None or not story.signs or not story.decided_at:
        return None
    if not letter.key.endswith(story.decided_at.isoformat()):
        return None
    return _decided(story)


def _decided(story: Story) -> Told:
    who = story.client.practitioner.name
    return Told(
        subject=_("%s has read what you answered") % as_is(who),
        preheader=_("What happens next stands in your story."),
        greeting_name=story.client.name,
        paragraphs=[
            _("%s has read one of your answers and decided how the two of you go on. It stands in your story.")
            % as_is(who)
        ],
        action=Action(_("Read it"), absolute(reverse("story"))),
        why=_("You get this once for each decision about an answer of yours."),
    )


def _example(practitioner: Practitioner, now: datetime) -> Story:
    return Story(client=examples.client(practitioner, now), updated_at=now)


def _story(letter: Letter) -> Story | None:
    return (
        Story.objects.filter(pk=letter.about["story"])
        .select_related("client__user", "client__practitioner__user")
        .first()
    )


def _address(story: Story) -> str:
    return absolute(reverse("story_of", args=[story.client_id]))
