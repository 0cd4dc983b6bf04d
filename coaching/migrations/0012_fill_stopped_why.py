from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def say_why(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now a client stopped a lesson for one reason alone."""
    stopped = apps.get_model("coaching", "Assignment").objects.filter(stopped_at__isnull=False, stopped_why="")
    stopped.update(stopped_why="hurts")


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0011_lessons_and_recordings"),
    ]

    operations = [migrations.RunPython(say_why, migrations.RunPython.noop)]
