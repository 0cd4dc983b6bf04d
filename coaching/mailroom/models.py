"""Mail that came in: that it did, and what became of it. Its words are not kept here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IncomingMail(models.Model):
    """One message, known by `key`: a message that comes again (a provider that saw no answer, a folder that was
    read twice) finds itself here and does nothing."""

    class Door(models.TextChoices):
        FOLDER = "folder", _("The folder")
        WEBHOOK = "webhook", _("The provider's call")

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Taken in")
        REFUSED = "refused", _("Not from whom it says, or about nothing that we know")
        MACHINE = "machine", _("Written by a machine")
        NOBODYS = "nobodys", _("For nobody here")
        UNREADABLE = "unreadable", _("Not readable")

    key = models.CharField(max_length=64, unique=True)
    door = models.CharField(max_length=8, choices=Door)
    outcome = models.CharField(max_length=10, choices=Outcome)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="mailroom_by_age")]
