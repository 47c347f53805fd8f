"""Links from before a second person checked them: they stand as the city has used them, without a name."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.models import F


def fill(apps: StateApps, _schema: object) -> None:
    """The moment they were recorded."""
    apps.get_model("beautiful", "DimensionLinkDecision").objects.filter(checked_at__isnull=True).update(checked_at=F("recorded_at"))


def empty(apps: StateApps, _schema: object) -> None:
    """Those without a name; what was sent back goes, because the release before would use it."""
    links = apps.get_model("beautiful", "DimensionLinkDecision").objects
    links.filter(returned_at__isnull=False).delete()
    links.filter(checked_by__isnull=True).update(checked_at=None)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("beautiful", "0013_checked_links")]

    operations = [migrations.RunPython(fill, empty)]
