"""Whether the standard that a title names was told by its sources or inferred; ``districts`` 0032 reads it from what is known."""

from django.db import migrations, models

CERTAINTIES = [("sourced", "有出处"), ("inferred", "推定"), ("unknown", "未查明")]


class Migration(migrations.Migration):
    """Column."""

    dependencies = [("approvals", "0033_record_requests")]

    operations = [
        migrations.AddField(
            "title",
            "edition_certainty",
            models.CharField(choices=CERTAINTIES, db_default="sourced", default="sourced", max_length=10, verbose_name="适用标准确定程度"),
        ),
    ]
