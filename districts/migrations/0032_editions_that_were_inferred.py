"""Read from the words about a district whether the standard of it, and of its recorded titles, was inferred."""

from django.apps.registry import Apps as StateApps
from django.db import migrations

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
    """The columns go."""


class Migration(migrations.Migration):
    """Data."""

    dependencies = [("districts", "0031_certainty_of_editions")]

    operations = [migrations.RunPython(mark, stay)]
