"""Since when a path is decided; and questions that are asked of everybody by now are asked only once."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

# As every new practitioner was given them. Whoever changed them meant something else by them, and keeps them.
_USUAL = ("What makes it better, and what makes it worse?", "How do you work, and how do you sleep?")


def ask_once(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What was answered stays with the stories; the question is asked no more."""
    usual = apps.get_model("coaching", "StoryQuestion").objects.filter(words__in=_USUAL, retired_at=None)
    usual.filter(answers=None).delete()
    usual.update(retired_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("coaching", "0023_arc_graduations")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="path_since",
            field=models.DateTimeField(blank=True, help_text="When the practitioner chose the path.", null=True),
        ),
        migrations.RunPython(ask_once, migrations.RunPython.noop),
    ]
