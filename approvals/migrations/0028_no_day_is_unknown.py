"""No title has a day whose certainty is 未查明."""

from django.db import migrations, models

KNOWN = models.Q(granted_on__isnull=True) | ~models.Q(date_certainty="unknown")


class Migration(migrations.Migration):
    """Constraint."""

    dependencies = [("approvals", "0027_days_as_certain_as_their_titles")]

    operations = [migrations.AddConstraint("title", models.CheckConstraint(condition=KNOWN, name="title_day_known"))]
