"""No district has the day of a title whose certainty is 未查明."""

from django.db import migrations, models

KNOWN = models.Q(titled_on__isnull=True) | ~models.Q(titled_on_certainty="unknown")


class Migration(migrations.Migration):
    """Constraint."""

    dependencies = [("districts", "0023_days_as_certain_as_their_titles")]

    operations = [migrations.AddConstraint("district", models.CheckConstraint(condition=KNOWN, name="district_title_day_known"))]
