"""What was asked about an outline and confirmed is kept with it. Nothing is known of those of before."""

from django.db import migrations, models


def _field():
    return models.JSONField(
        blank=True, db_default=models.Value([], output_field=models.JSONField()), default=list, verbose_name="确认过的疑点"
    )


class Migration(migrations.Migration):
    """Adds the columns."""

    dependencies = [("districts", "0032_editions_that_were_inferred")]

    operations = [
        migrations.AddField("boundary", "confirmed", _field()),
        migrations.AddField("keyarea", "confirmed", _field()),
    ]
