"""One link of a dimension waits for the check at a time; added once those of before are marked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Constraint only."""

    dependencies = [("beautiful", "0014_links_checked_before")]

    operations = [
        migrations.AddConstraint(
            model_name="dimensionlinkdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("checked_at__isnull", True), ("returned_at__isnull", True)),
                fields=("dimension",),
                name="dimension_link_one_waiting",
                violation_error_message="这一方面已有对应等待核对",
            ),
        ),
    ]
