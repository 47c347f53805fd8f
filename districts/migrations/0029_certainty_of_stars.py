"""Whether the star of a district's title was announced by its sources or follows from scores by a 参考版, as its title says.

It waits for the title's own column, and not the other way round: titles of before are put right before the constraints of this app.
"""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models

CERTAINTIES = [("sourced", "有出处"), ("inferred", "推定"), ("unknown", "未查明")]


def mark(apps: StateApps, _schema: object) -> None:
    """Copy from the titles held."""
    held = apps.get_model("approvals", "Title").objects.filter(end="", star_certainty="inferred").values("district")
    apps.get_model("districts", "District").objects.filter(pk__in=held, star__isnull=False).update(star_certainty="inferred")


def stay(_apps: StateApps, _schema: object) -> None:
    """The column goes."""


class Migration(migrations.Migration):
    """Column and data."""

    dependencies = [("districts", "0028_keys_once_however_written"), ("approvals", "0030_certainty_of_stars")]

    operations = [
        migrations.AddField(
            "district", "star_certainty", models.CharField(choices=CERTAINTIES, default="sourced", max_length=10, verbose_name="星级确定程度")
        ),
        migrations.RunPython(mark, stay),
    ]
