"""Measures from before a second person checked them: they stand as the city has used them, without a name."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.models import F


def fill(apps: StateApps, _schema: object) -> None:
    """The moment they were entered."""
    apps.get_model("carbon", "AbatementMeasure").objects.filter(checked_at__isnull=True).update(checked_at=F("entered_at"))


def empty(apps: StateApps, _schema: object) -> None:
    """Those without a name."""
    apps.get_model("carbon", "AbatementMeasure").objects.filter(checked_by__isnull=True).update(checked_at=None)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("carbon", "0016_checked_measures")]

    operations = [migrations.RunPython(fill, empty)]
