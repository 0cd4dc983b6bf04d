"""What the practitioner writes down of sessions, and what she set aside on her desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from coaching.booking.models import Appointment
from coaching.people.models import Client, Practitioner
from coaching.practice.models import Assignment


class SessionNote(models.Model):
    """Of one session, or of a client between sessions: `words` for the practitioner alone, `draft` for the client,
    who reads it as `shared` once she shares it. `changes` counts what was saved: an older page writes over nothing
    newer."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="notes")
    appointment = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    words = SealedTextField(blank=True, max_length=20000, purpose="note")
    draft = SealedTextField(blank=True, max_length=8000, purpose="note")
    shared = SealedTextField(blank=True, max_length=8000, purpose="note")
    shared_at = models.DateTimeField(null=True, blank=True)
    changes = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-began_at"]
        indexes = [models.Index(fields=["client", "-began_at"])]


class NoteTemplate(models.Model):
    """Headings or sentences that a note begins with."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="note_templates")
    name = models.CharField(_("name"), max_length=80)
    words = models.TextField(_("words"), max_length=4000)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["practitioner", "name"], name="journal_template_name_once")]


class SessionTask(models.Model):
    """A lesson that was given while a note was written."""

    note = models.ForeignKey(SessionNote, on_delete=models.CASCADE, related_name="tasks")
    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="+")


class SetAside(models.Model):
    """An entry of "who needs you" that was looked at: away until `until` (None: for good), unless the reason comes
    up anew after `since`."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=12)
    since = models.DateTimeField(help_text=_("Since when the client needed her, when it was set aside."))
    until = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "client", "reason"], name="journal_aside_once_a_reason")
        ]
