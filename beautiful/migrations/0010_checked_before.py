"""Reports from before a second person checked them: they stand as the city has used them, without a name."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.models import F


def fill(apps: StateApps, _schema: object) -> None:
    """The moment of the report."""
    progress = apps.get_model("beautiful", "QuarterlyProgress")
    progress.objects.filter(confirmed_at__isnull=True).update(confirmed_at=F("reported_at"))


def empty(apps: StateApps, _schema: object) -> None:
    """Those without a name."""
    progress = apps.get_model("beautiful", "QuarterlyProgress")
    progress.objects.filter(confirmed_by__isnull=True).update(confirmed_at=None)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("beautiful", "0009_checked_progress")]

    operations = [migrations.RunPython(fill, empty)]
