"""The steps of the story: what each asks, and how its answer is saved."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django import forms

from coaching.people.models import Client
from coaching.story import actions, felt, figure, queries, rules
from coaching.story import forms as asked
from coaching.story.models import Story, StoryAnswer, StoryQuestion


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
        """The next step without an answer. A new wording of the consent is asked again; questions that came after
        the story was handed over are not."""
        answered = set(story.answered)
        if not queries.has_agreed(self.client):
            answered.discard("consent")
        if story.told_at:
            answered |= self.questions.keys()
        return rules.next_step(self.names, answered)


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


def _signs(data: Any, telling: Telling) -> forms.BaseForm:
    own = telling.story
    return asked.SignsForm(data, initial={"signs": own.signs, "none": "signs" in own.answered and not own.signs})


def _save_signs(form: asked.SignsForm, telling: Telling) -> Story:
    return actions.answer_signs(client=telling.client, signs=form.cleaned_data["signs"], now=telling.now)


def _save_consent(form: asked.ConsentForm, telling: Telling) -> Story:
    return actions.agree(client=telling.client, version=rules.CONSENT_VERSION, now=telling.now)


_STEPS = {
    "happened": Step(
        "story/step_happened.html", _of_the_story(asked.HappenedForm), partial(_save_answer, name="happened")
    ),
    "began": Step("story/step_began.html", _of_the_story(asked.BeganForm), partial(_save_answer, name="began")),
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
