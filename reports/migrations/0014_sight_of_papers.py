"""Papers name the seats that they are made for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column for the seats, empty for papers that say the same to everybody."""

    dependencies = [
        ("reports", "0013_leases_of_the_kernel"),
    ]

    operations = [
        migrations.AddField(
            model_name="exportjob",
            name="sight",
            field=models.TextField(blank=True, db_default="", default="", help_text="seats that it was made for", verbose_name="视角"),
        ),
    ]
