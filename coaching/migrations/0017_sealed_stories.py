from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils.translation import gettext_lazy as _

import accounts.sealed

SEALED = {
    "happened": (_("what happened"), 8000),
    "since": (_("since when"), 120),
    "where": (_("where it is felt"), 4000),
    "wish": (_("what you want to be able to do"), 4000),
}


def seal(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Stories that were told before are sealed, too."""
    stories = apps.get_model("coaching", "Story").objects.using(schema_editor.connection.alias)
    for story in stories.iterator(chunk_size=500):
        for name in SEALED:
            setattr(story, name, getattr(story, f"open_{name}"))
        story.save(update_fields=list(SEALED))


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0016_mail_and_push"),
    ]

    operations = [
        *(migrations.RenameField("story", name, f"open_{name}") for name in SEALED),
        *(
            migrations.AddField(
                "story",
                name,
                accounts.sealed.SealedTextField(
                    blank=True, default="", max_length=longest, purpose="story", verbose_name=words
                ),
                preserve_default=False,
            )
            for name, (words, longest) in SEALED.items()
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
        *(migrations.RemoveField("story", f"open_{name}") for name in SEALED),
    ]
