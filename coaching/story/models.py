"""The client's story: what happened, where it is felt, the safety questions, and consent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from coaching.people.models import Client, Practitioner
from coaching.story.felt import Mark, read


class Story(models.Model):
    class Cause(models.TextChoices):
        STRESS = "stress", _("It came slowly, with long stress or effort")
        ACCIDENT = "accident", _("It began with an accident, a fall or an operation")
        BOTH = "both", _("Both")
        UNKNOWN = "unknown", _("I do not know")

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="story")
    happened = SealedTextField(_("what happened"), blank=True, max_length=8000, purpose="story")
    since = SealedTextField(_("since when"), max_length=120, blank=True, purpose="story")
    where = SealedTextField(_("where it is felt"), blank=True, max_length=4000, purpose="story")
    cause = models.CharField(_("how it began"), max_length=8, choices=Cause, default=Cause.UNKNOWN)
    wish = SealedTextField(_("what you want to be able to do"), blank=True, max_length=4000, purpose="story")
    signs = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    signs_asked_at = models.DateTimeField(null=True, blank=True)
    signs_seen_at = models.DateTimeField(null=True, blank=True, help_text=_("By the practitioner."))
    answered = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, help_text=_("The steps that were gone through.")
    )
    told_at = models.DateTimeField(null=True, blank=True, help_text=_("When the client said: this is my story."))
    updated_at = models.DateTimeField()


class StoryQuestion(models.Model):
    """A question of a practitioner's own. One that somebody answered keeps its words: worded anew it is retired,
    and a new one stands in its place."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="questions")
    words = models.CharField(_("the question"), max_length=200)
    help = models.CharField(_("a line below it"), max_length=300, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["place", "pk"]

    @property
    def step(self) -> str:
        """Its name among the steps of the story."""
        return f"ask-{self.pk}"


class StoryAnswer(models.Model):
    """What a client answered to a question of the practitioner's own. It may be empty: left empty is an answer."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(StoryQuestion, on_delete=models.PROTECT, related_name="answers")
    words = SealedTextField(blank=True, max_length=8000, purpose="answer")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["question__place", "question"]
        constraints = [models.UniqueConstraint(fields=["story", "question"], name="story_one_answer_a_question")]


class BodyMap(models.Model):
    """Where a client felt what, on one day of their calendar. `marks` is what `felt.written` writes."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="body_maps")
    day = models.DateField()
    marks = SealedTextField(blank=True, purpose="body")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["client", "day"], name="story_one_map_a_day")]

    @property
    def felt(self) -> list[Mark]:
        return read(self.marks)


class Activity(models.Model):
    """Something of a day that a client wants to be able to do, in their words: one of three, rated again and again
    (after the Patient-Specific Functional Scale, Stratford and others, 1995)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="activities")
    place = models.PositiveSmallIntegerField()
    words = SealedTextField(max_length=200, purpose="activity")
    named_at = models.DateTimeField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["client", "place"], name="story_one_activity_a_place")]

    @property
    def rated(self) -> list[int]:
        """Its values from the first day to the last."""
        return [rating.value for rating in self.ratings.all()]


class ActivityRating(models.Model):
    """How well it goes on a day of the client's calendar: 0, not at all, to 10, as before the trouble."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="ratings")
    day = models.DateField()
    value = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "day"], name="story_one_rating_a_day"),
            models.CheckConstraint(condition=Q(value__lte=10), name="story_rating_up_to_ten"),
        ]


class Consent(models.Model):
    """That a client agreed to a wording, and to which."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "version"], name="story_consent_once_a_version")]


class StoryReading(models.Model):
    """That a practitioner opened a client's story. The client can see this."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="readings")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
