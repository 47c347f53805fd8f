"""Whether the standard that applies to a district, and that its recorded titles name, was told by its sources or inferred.

It waits for the title's own column, and not the other way round: titles of before are put right before the constraints of this app.
"""

from django.db import migrations, models

CERTAINTIES = [("sourced", "有出处"), ("inferred", "推定"), ("unknown", "未查明")]


class Migration(migrations.Migration):
    """Column."""

    dependencies = [("districts", "0030_copied_works_wait"), ("approvals", "0034_certainty_of_editions")]

    operations = [
        migrations.AddField(
            "district",
            "edition_certainty",
            models.CharField(choices=CERTAINTIES, db_default="sourced", default="sourced", max_length=10, verbose_name="适用标准确定程度"),
        ),
    ]
