"""What happened, for pages that are open: kept for a day, so that a page that lost its line catches up."""

from django.conf import settings
from django.db import models


class Event(models.Model):
    """Something that an open page of one person wants to know. Its id is the stream's event id.

    Ids of one person's events grow in commit order (see `actions.tell`), so `id > last seen` misses nothing.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    about = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "id"]), models.Index(fields=["created_at"])]
