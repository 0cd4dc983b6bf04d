from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0007_booking_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="dateoverride",
            name="adds",
            field=models.BooleanField(db_default=False, default=False, help_text="The weekly rule holds as well."),
        ),
        migrations.AddConstraint(
            model_name="dateoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("adds", False), ("opens__isnull", False), _connector="OR"),
                name="booking_adds_open_time",
            ),
        ),
    ]
