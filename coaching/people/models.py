"""Who works with whom."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class Practice(models.Model):
    """The house that clients come to: one an installation, shared by one to three practitioners."""

    name = models.CharField(max_length=120)
    tagline = models.CharField(max_length=200, blank=True)
    welcome = models.TextField(blank=True, help_text=_("What visitors read first. Markdown."))
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Practitioner(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practitioner")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="practitioners")
    answers = models.CharField(
        max_length=200, blank=True, help_text=_("When clients can expect an answer, in one sentence.")
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.user.get_full_name()

    @property
    def name(self) -> str:
        """The name that clients read and say."""
        return self.user.get_short_name()

    @property
    def zone(self) -> "ZoneInfo":
        return self.user.zone


class ClientQuerySet(models.QuerySet["Client"]):
    def of(self, practitioner: Practitioner) -> Self:
        return self.filter(practitioner=practitioner)

    def reminded(self) -> Self:
        """Clients who still want to hear from us: graduates and those who ended do not."""
        return self.filter(status__in=[Client.Status.NEW, Client.Status.ACTIVE])


class Client(models.Model):
    class Status(models.TextChoices):
        NEW = "new", _("New")  # booked a first talk; the practitioner has not taken them on yet
        ACTIVE = "active", _("Active")
        GRADUATED = "graduated", _("Graduated")
        ENDED = "ended", _("Ended")

    class Path(models.TextChoices):
        OPEN = "", _("Not decided")
        COMMON = "common", _("Common tension")
        INJURY = "injury", _("After injury")

    class Stage(models.TextChoices):
        """Where on the way to doing without a plan; the practitioner says it."""

        LEARNING = "learning", _("Learning")
        FADING = "fading", _("Fading")
        OWN = "own", _("On your own")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="client")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="clients")
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    path = models.CharField(max_length=12, choices=Path, blank=True, default=Path.OPEN)
    path_since = models.DateTimeField(null=True, blank=True, help_text=_("When the practitioner chose the path."))
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.LEARNING, db_default=Stage.LEARNING)
    stage_since = models.DateTimeField(null=True, blank=True, help_text=_("Empty: since the beginning."))
    since = models.DateTimeField()
    graduated_at = models.DateTimeField(null=True, blank=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["practitioner", "status"])]

    def __str__(self) -> str:
        return self.user.get_full_name()

    @property
    def name(self) -> str:
        """The first name, for speaking to and of the client."""
        return self.user.get_short_name()

    @property
    def zone(self) -> "ZoneInfo":
        return self.user.zone


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        """Invitations that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A practitioner's word to someone: come in. The code in its letter can be sent again and revoked."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="invitations")
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail address"))
    note = models.TextField(_("a few words of your own"), blank=True, max_length=1000)
    code = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    sent_count = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    client = models.OneToOneField(
        Client, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "practitioner",
                condition=Q(accepted_at=None, revoked_at=None),
                name="people_one_open_invitation",
                violation_error_message=_("There is already an open invitation for this address: send it again."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="people_invitation_accepted_or_revoked"
            ),
        ]
