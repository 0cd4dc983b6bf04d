"""Answers by mail that did not get into a conversation. Their words are not kept: they are in their writer's
mailbox."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coaching.messaging.models import Conversation


class UntakenMail(models.Model):
    """The last mail of one person that was not taken in, until they have seen that.

    It is told in the portal and never by mail: who answers mail by itself answers machines, and strangers who write
    in somebody's name.
    """

    class Why(models.TextChoices):
        SENDER = "sender", _("It came from another address than the one that we write to.")
        UNPROVEN = "unproven", _("Your mail provider could not vouch that it came from you.")
        OLD = "old", _("The letter that you answered is more than sixty days old.")
        EMPTY = "empty", _("There was nothing in it that we could read.")
        LONG = "long", _("It was longer than a message can be.")
        MANY = "many", _("Very many came at once.")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "person"], name="messaging_one_untaken_mail_each")
        ]
