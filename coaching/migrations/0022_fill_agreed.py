"""What was agreed with clients, as far as their assignments still tell it: one span each, of the present dosage."""

from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Max
from django.utils import timezone

A_ROUND = 1000


def fill(apps, schema_editor):
    Agreed = apps.get_model("coaching", "Agreed")
    Assignment = apps.get_model("coaching", "Assignment")
    given = Assignment.objects.filter(lesson__isnull=False, agreed=None).select_related("client__user")
    spans = [
        Agreed(
            assignment=assignment,
            begins_on=assignment.starts_on,
            ends_on=_ends_on(assignment),
            rhythm=assignment.rhythm,
            times_a_day=assignment.times_a_day,
        )
        for assignment in given.annotate(last=Max("entries__day")).iterator(A_ROUND)
    ]
    Agreed.objects.bulk_create(spans, A_ROUND)


def _ends_on(assignment):
    """Open while it is asked for. A rest of the practitioner's wish left no day behind: as if it had ended."""
    first = assignment.starts_on
    if assignment.state == "active":
        return None
    if assignment.state == "stopped" and assignment.stopped_at:
        zone = ZoneInfo(assignment.client.user.time_zone)
        return max(first, assignment.stopped_at.astimezone(zone).date())
    passed = assignment.until and assignment.until < timezone.now().date()
    return max(first, assignment.until if passed else assignment.last or first)


class Migration(migrations.Migration):
    dependencies = [("coaching", "0021_stories_told_whole")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
