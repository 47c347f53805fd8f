"""Whether the standard that applies to a district, and that its recorded titles name, was told by its sources or inferred.

It waits for the title's own column, and not the other way round: titles of before are put right before the constraints of this app.
"""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models

CERTAINTIES = [("sourced", "有出处"), ("inferred", "推定"), ("unknown", "未查明")]
STANDARD = "适用标准"
GUESSED = ("推定", "口径", "按公知填写")


def mark(apps: StateApps, _schema: object) -> None:
    """Read it from the words about the facts of the district."""
    districts = apps.get_model("districts", "District").objects
    told = districts.filter(fact_certainty__contains=STANDARD).values_list("pk", "fact_certainty")
    found = [key for key, words in told if any(STANDARD in clause and clause.endswith(GUESSED) for clause in words.split("；"))]
    districts.filter(pk__in=found).update(edition_certainty="inferred")
    titles = apps.get_model("approvals", "Title").objects.filter(historic=True, district__in=found)
    titles.exclude(edition_text="").update(edition_certainty="inferred")


def stay(_apps: StateApps, _schema: object) -> None:
    """The column goes."""


class Migration(migrations.Migration):
    """Column and data."""

    dependencies = [("districts", "0030_copied_works_wait"), ("approvals", "0034_certainty_of_editions")]

    operations = [
        migrations.AddField(
            "district",
            "edition_certainty",
            models.CharField(choices=CERTAINTIES, db_default="sourced", default="sourced", max_length=10, verbose_name="适用标准确定程度"),
        ),
        migrations.RunPython(mark, stay),
    ]
