"""The steps of the story: what each asks, and how its answer is saved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.people.models import Client
from coaching.story import actions, felt, figure, happenings, queries, rules, timeline
from coaching.story import forms as asked
from coaching.story.forms_when import WhenForm
from coaching.story.models import Consent, Story, StoryAnswer, StoryQuestion


@dataclass(frozen=True)
class Telling:
    """One client at work on their story, now."""

    client: Client
    now: datetime

    @cached_property
    def story(self) -> Story:
        return queries.story_of(self.client)

    @cached_property
    def marks(self) -> list[felt.Mark]:
        """What is marked on the figure that is drawn on today."""
        return queries.map_to_draw(self.story, queries.day_of(self.client, self.now)).felt

    @cached_property
    def questions(self) -> dict[str, StoryQuestion]:
        """The practitioner's own questions, by the names of their steps."""
        return {each.step: each for each in queries.questions_of(self.client.practitioner)}

    @cached_property
    def names(self) -> list[str]:
        return rules.steps(self.questions)

    def left(self, story: Story) -> str | None:
        """The next step without an answer. A new wording of the consent is asked again; of a story that is handed
        over nothing else is: what could be added is in `addable`."""
        answered = set(self.names) if story.told_at else set(story.answered)
        if not self.has_agreed:
            answered.discard("consent")
        return rules.next_step(self.names, answered)

    @cached_property
    def consents(self) -> list[Consent]:
        """What the client agreed to, the newest first."""
        return queries.consents_of(self.client)

    @property
    def has_agreed(self) -> bool:
        """To the wording of today."""
        return any(consent.version == rules.CONSENT_VERSION for consent in self.consents)

    def addable(self, story: Story) -> list[str]:
        """Steps of a story that is handed over which came later, or were never answered."""
        if story.told_at is None:
            return []
        asked_elsewhere = {"how", "consent"}  # after the figure, and again at a new wording
        return [each for each in self.names if each not in asked_elsewhere and each not in story.answered]

    def titles(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Each of these steps with what it asks, in a few words."""
        own = {name: question.words for name, question in self.questions.items()}
        return [(name, own.get(name) or str(_TITLES.get(name, name))) for name in names]

    @cached_property
    def line(self) -> timeline.Line | None:
        """What happened and when, as it is drawn."""
        return timeline.drawn(queries.happenings_of(self.story), queries.day_of(self.client, self.now))


@dataclass(frozen=True)
class Step:
    """`form` makes the form from what was sent (None: nothing yet), `save` keeps what it holds. `shown` is what its
    page needs besides."""

    template: str
    form: Callable[[Any, Telling], forms.BaseForm]
    save: Callable[[Any, Telling], Story]
    shown: dict[str, Any] = field(default_factory=dict)


def step(name: str, telling: Telling) -> Step | None:
    """None for a name that is no step of this client's story."""
    if name == "where":
        return Step("story/step_where.html", _where, _save_where, {"views": figure.views()})
    if name == "when":
        return Step("story/step_when.html", _when, _save_when, {"line": telling.line})
    if question := telling.questions.get(name):
        return _own(question)
    return _STEPS.get(name)


def _own(question: StoryQuestion) -> Step:
    def form(data: Any, telling: Telling) -> forms.BaseForm:
        there = StoryAnswer.objects.filter(story=telling.story.pk, question=question).first()
        return asked.AnswerForm(data, instance=there)

    def save(form: asked.AnswerForm, telling: Telling) -> Story:
        words = form.cleaned_data["words"]
        return actions.answer_question(client=telling.client, question=question, words=words, now=telling.now)

    return Step("story/step_ask.html", form, save, {"question": question})


def _of_the_story(made: type[forms.ModelForm]) -> Callable[[Any, Telling], forms.BaseForm]:
    return lambda data, telling: made(data, instance=telling.story)


def _save_answer(form: forms.ModelForm, telling: Telling, *, name: str) -> Story:
    return actions.answer(client=telling.client, step=name, now=telling.now, **form.cleaned_data)


def _when(data: Any, telling: Telling) -> forms.BaseForm:
    return WhenForm(data, today=queries.day_of(telling.client, telling.now))


def _save_when(form: WhenForm, telling: Telling) -> Story:
    if form.removed is not None:
        return happenings.take_away(client=telling.client, happening=form.removed, now=telling.now)
    if form.is_one_more:
        happenings.add(client=telling.client, now=telling.now, **form.one_more)
    return happenings.leave_so(client=telling.client, now=telling.now)


def _where(data: Any, telling: Telling) -> forms.BaseForm:
    marked = [mark.part for mark in telling.marks]
    return asked.WhereForm(data, initial={"where": telling.story.where, "parts": marked})


def _save_where(form: asked.WhereForm, telling: Telling) -> Story:
    said = form.cleaned_data
    return actions.mark(client=telling.client, parts=said["parts"], words=said["where"], now=telling.now)


def _save_how(form: asked.HowForm, telling: Telling) -> Story:
    return actions.say_how(client=telling.client, how=form.how, now=telling.now)


def _wish(data: Any, telling: Telling) -> forms.BaseForm:
    activities = queries.activities_of(telling.client)
    return asked.WishForm(data, initial={"wish": telling.story.wish}, activities=activities)


def _save_wish(form: asked.WishForm, telling: Telling) -> Story:
    words = form.cleaned_data["wish"]
    return actions.want(client=telling.client, activities=form.activities, words=words, now=telling.now)


def _reserve(data: Any, telling: Telling) -> forms.BaseForm:
    day = queries.day_of(telling.client, telling.now)
    return asked.ReserveForm(data, now=queries.reserve_of(telling.client, day))


def _save_reserve(form: asked.ReserveForm, telling: Telling) -> Story:
    return actions.say_reserve(client=telling.client, value=form.cleaned_data["value"], now=telling.now)


def _signs(data: Any, telling: Telling) -> forms.BaseForm:
    own = telling.story
    return asked.SignsForm(data, initial={"signs": own.signs, "none": "signs" in own.answered and not own.signs})


def _save_signs(form: asked.SignsForm, telling: Telling) -> Story:
    return actions.answer_signs(client=telling.client, signs=form.cleaned_data["signs"], now=telling.now)


def _save_consent(form: asked.ConsentForm, telling: Telling) -> Story:
    return actions.agree(client=telling.client, version=rules.CONSENT_VERSION, now=telling.now)


_TITLES = {
    "happened": _("What happened"),
    "when": _("What happened when"),
    "began": _("How it began"),
    "where": _("Where you feel it"),
    "helps": _("What makes it better, and what makes it worse"),
    "days": _("Your days and nights"),
    "wish": _("What you want to be able to do"),
    "reserve": _("How much more you could take"),
    "signs": _("Signs for a doctor"),
}
_STEPS = {
    "happened": Step(
        "story/step_happened.html", _of_the_story(asked.HappenedForm), partial(_save_answer, name="happened")
    ),
    "began": Step("story/step_began.html", _of_the_story(asked.BeganForm), partial(_save_answer, name="began")),
    "helps": Step("story/step_helps.html", _of_the_story(asked.HelpsForm), partial(_save_answer, name="helps")),
    "days": Step("story/step_days.html", _of_the_story(asked.DaysForm), partial(_save_answer, name="days")),
    "reserve": Step("story/step_reserve.html", _reserve, _save_reserve),
    "how": Step("story/step_how.html", lambda data, telling: asked.HowForm(data, marks=telling.marks), _save_how),
    "wish": Step("story/step_wish.html", _wish, _save_wish),
    "signs": Step("story/step_signs.html", _signs, _save_signs),
    "consent": Step(
        "story/step_consent.html",
        lambda data, telling: asked.ConsentForm(data),
        _save_consent,
        {"consent_text": f"story/consent/{rules.CONSENT_VERSION}.html"},
    ),
}
