"""Whether the star of a title was announced by its sources or follows from scores by a 参考版."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models

CERTAINTIES = [("sourced", "有出处"), ("inferred", "推定"), ("unknown", "未查明")]


def mark(apps: StateApps, _schema: object) -> None:
    """Mark stars that rest on an edition that is not the official standard."""
    titles = apps.get_model("approvals", "Title").objects.filter(star__isnull=False, case__table__edition__official=False)
    titles.update(star_certainty="inferred")


def stay(_apps: StateApps, _schema: object) -> None:
    """The column goes."""


class Migration(migrations.Migration):
    """Column and data."""

    dependencies = [("approvals", "0029_setting_sheets")]

    operations = [
        migrations.AddField(
            "title", "star_certainty", models.CharField(choices=CERTAINTIES, default="sourced", max_length=10, verbose_name="星级确定程度")
        ),
        migrations.RunPython(mark, stay),
    ]
