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

    class Decision(models.TextChoices):
        """What the practitioner decided about a safety sign: until then no lesson is given."""

        OPEN = "", _("Not decided")
        GO_ON = "go", _("Lessons can go on")
        WAIT = "wait", _("No lessons until a doctor has seen it")

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="story")
    happened = SealedTextField(_("what happened"), blank=True, max_length=8000, purpose="story")
    since = SealedTextField(_("since when"), max_length=120, blank=True, purpose="story")
    where = SealedTextField(_("where it is felt"), blank=True, max_length=4000, purpose="story")
    cause = models.CharField(_("how it began"), max_length=8, choices=Cause, default=Cause.UNKNOWN)
    eases = SealedTextField(
        _("what helps"), blank=True, max_length=4000, default="", db_default="", purpose="story"
    )
    worsens = SealedTextField(
        _("what makes it worse"), blank=True, max_length=4000, default="", db_default="", purpose="story"
    )
    work = SealedTextField(_("your days"), blank=True, max_length=4000, default="", db_default="", purpose="story")
    sleep = SealedTextField(
        _("your nights"), blank=True, max_length=4000, default="", db_default="", purpose="story"
    )
    wish = SealedTextField(_("what you want to be able to do"), blank=True, max_length=4000, purpose="story")
    signs = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    signs_asked_at = models.DateTimeField(null=True, blank=True)
    signs_seen_at = models.DateTimeField(null=True, blank=True, help_text=_("By the practitioner."))
    decision = models.CharField(max_length=4, choices=Decision, blank=True, default="", db_default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_words = SealedTextField(
        _("why"), blank=True, max_length=1000, default="", db_default="", purpose="story"
    )
    answered = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, help_text=_("The steps that were gone through.")
    )
    told_at = models.DateTimeField(null=True, blank=True, help_text=_("When the client said: this is my story."))
    updated_at = models.DateTimeField()

    @property
    def holds_lessons_back(self) -> bool:
        """Like `queries.stories_held`, of one that is there."""
        return bool(self.signs) and self.decision != self.Decision.GO_ON


SEALED = [field.name for field in Story._meta.fields if isinstance(field, SealedTextField)]


class Happening(models.Model):
    """Something on the line of a client's life that bears on the trouble: long stress from one year to another (no
    end: it goes on), or an accident in one. A month is 1 to 12, None: not said."""

    class Kind(models.TextChoices):
        STRESS = "stress", _("Long stress or effort")
        ACCIDENT = "accident", _("An accident, a fall, an operation")

    MOST = 12  # of one client

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="happenings")
    kind = models.CharField(max_length=8, choices=Kind)
    words = SealedTextField(max_length=200, purpose="happening")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField(null=True, blank=True)
    until_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["year", "month", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(year__gte=1900, year__lte=2200), name="story_happening_year"),
            models.CheckConstraint(
                condition=Q(month=None) | Q(month__gte=1, month__lte=12), name="story_happening_month"
            ),
            models.CheckConstraint(
                condition=Q(until_year=None) | Q(kind="stress", until_year__gte=models.F("year")),
                name="story_happening_until",
            ),
        ]


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


class ReserveRating(models.Model):
    """Reserve capacity: how much more a client could take, 0 to 10, once a week (`week` is its Monday)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="reserve_ratings")
    week = models.DateField()
    value = models.SmallIntegerField()
    rated_at = models.DateTimeField()

    class Meta:
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["client", "week"], name="practice_one_rating_a_week"),
            models.CheckConstraint(condition=Q(value__gte=0, value__lte=10), name="practice_reserve_0_to_10"),
        ]
