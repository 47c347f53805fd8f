"""A work copied from last year's yearly plan waits until somebody confirms it. Those of before stand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies = [("districts", "0029_certainty_of_stars")]

    operations = [migrations.AddField("planitem", "is_confirmed", models.BooleanField(default=True, db_default=True, verbose_name="已确认"))]
