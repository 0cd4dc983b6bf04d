"""Letters: everything that tells a person anything, each sent once."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterQuerySet(models.QuerySet["Letter"]):
    def in_order(self) -> Self:
        """Newest first, as people read a log."""
        return self.order_by("-due_at", "-id")


class Letter(models.Model):
    """One letter to one person. `key` names its cause and its moment, so posting it twice is free.

    A row is claimed by `claim` (a token) and `leased_until`; only its holder may move it on, and only while
    the lease lasts. Both are compared with the database's clock.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HANDING_OVER = "handing_over", _("Being handed over")
        SENT = "sent", _("Sent")
        KEPT = "kept", _("Kept here")  # no mail is set up: readable in the portal only
        UNCERTAIN = "uncertain", _("Uncertain")  # handed over by a process that died before the answer
        EXPIRED = "expired", _("Too late")
        DROPPED = "dropped", _("No longer true")
        FAILED = "failed", _("Failed")

    NEVER_LEFT = (State.DROPPED, State.EXPIRED, State.FAILED)

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PUSH = "push", _("On a phone")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    email = models.EmailField()
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    device = models.ForeignKey(
        "Device", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text=_("Of a push.")
    )
    about = models.JSONField(default=dict, help_text=_("What it is about: ids, never words or health details."))
    urgency = models.SmallIntegerField(default=50, help_text=_("Smaller leaves first."))
    secret = models.BooleanField(default=False, help_text=_("Its words are erased once it has left."))

    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    posted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    doubts = models.PositiveSmallIntegerField(default=0, help_text=_("How often it was sent again after a doubt."))

    message_id = models.CharField(max_length=120, blank=True)
    wire = models.BinaryField(
        null=True, blank=True, help_text=_("Its bytes, from the hand-over until it is known.")
    )
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    why = models.CharField(max_length=300, blank=True, help_text=_("Why it came, as its foot says."))
    answer = models.TextField(blank=True, help_text=_("What the mail server said last, or why it did not leave."))

    objects = LetterQuerySet.as_manager()

    # States that nothing moves on from: the letter's story is over.
    ENDED: ClassVar[tuple[str, ...]] = ("sent", "kept", "uncertain", "expired", "dropped", "failed")

    class Meta:
        indexes = [
            models.Index(
                fields=["urgency", "next_try_at", "id"], condition=Q(state="waiting"), name="outbox_letters_to_send"
            ),
            models.Index(fields=["leased_until"], condition=Q(state="handing_over"), name="outbox_letters_in_hand"),
            models.Index(fields=["handed_over_at"], condition=Q(state="uncertain"), name="outbox_letters_doubted"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="outbox_letters_by_message"),
            models.Index(fields=["person", "-due_at"]),
            models.Index(fields=["-due_at", "-id"], name="outbox_letters_log"),
            models.Index(
                fields=["ended_at"], condition=Q(secret=True) & ~Q(text=""), name="outbox_secrets_to_erase"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(not_after=None) | Q(not_after__gte=models.F("due_at")), name="outbox_not_after_due"
            ),
            models.CheckConstraint(
                condition=Q(claim=None, leased_until=None) | Q(claim__isnull=False, leased_until__isnull=False),
                name="outbox_claim_has_lease",
            ),
        ]

    def is_too_late(self, now: datetime) -> bool:
        return self.not_after is not None and now > self.not_after


class Device(models.Model):
    """A phone or a browser that is told things by push: at which address (RFC 8030), and with which keys of its own
    (RFC 8291), both in URL-safe base64. Its browser gave them; a browser that signs somebody else in moves here."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=80, help_text=_("As its owner knows it: Firefox on Android."))
    added_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was told something last."))

    @property
    def mark(self) -> str:
        """By which a browser knows itself, without its address standing in a page."""
        return sha256(self.endpoint.encode()).hexdigest()


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def standing(self) -> Self:
        """Addresses that refused us more than once: one refusal may be the server's mistake."""
        return self.filter(refusals__gte=Suppression.ENOUGH)


class Suppression(models.Model):
    """An address (in lower case) that refused us for good. After a repeat, or one word of the mail provider,
    nothing more is sent there until a person lifts it; a letter that arrives forgets a single refusal."""

    class Cause(models.TextChoices):
        REFUSED = "refused", _("The mail server refuses this address.")
        BOUNCED = "bounced", _("Letters to this address come back.")
        COMPLAINED = "complained", _("Somebody there marked a letter as unwanted.")

    ENOUGH: ClassVar[int] = 2

    email = models.EmailField(unique=True)
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.REFUSED)
    reason = models.TextField()
    refusals = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = SuppressionQuerySet.as_manager()


class Heartbeat(models.Model):
    """When a part of the delivery last gave a sign of life, and what troubles it since when (or "" and None)."""

    class Part(models.TextChoices):
        DELIVER = "deliver", _("Delivery")  # a worker looked for letters
        SWEEP = "sweep", _("Reminders")  # beat asked for reminders, and a worker looked
        MAIL = "mail", _("Mail server")  # a letter was taken

    part = models.CharField(max_length=8, choices=Part, primary_key=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    trouble = models.TextField(blank=True)
    troubled_since = models.DateTimeField(null=True, blank=True)
