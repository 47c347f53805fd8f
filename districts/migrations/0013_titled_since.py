"""A demonstration keeps the day since which its district held a title: duties of the pilot's years stay owed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A new column, empty until a demonstration follows a pilot."""

    dependencies = [("districts", "0012_key_area_newest")]

    operations = [
        migrations.AddField(
            "district",
            "titled_since",
            models.DateField(blank=True, null=True, verbose_name="持有称号起始日", help_text="of an earlier title that this one took over from"),
        ),
    ]
