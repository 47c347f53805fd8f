"""Assessments recorded before a second person checked them: they stand as the city has used them, without a name."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.models import F


def fill(apps: StateApps, _schema: object) -> None:
    """The moment they were recorded."""
    apps.get_model("approvals", "RecordedAssessment").objects.filter(checked_at__isnull=True).update(checked_at=F("recorded_at"))


def empty(apps: StateApps, _schema: object) -> None:
    """Those without a name; what was sent back goes, because the release before would count it."""
    recorded = apps.get_model("approvals", "RecordedAssessment").objects
    recorded.filter(returned_at__isnull=False).delete()
    recorded.filter(checked_by__isnull=True).update(checked_at=None)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("approvals", "0018_checked_records")]

    operations = [migrations.RunPython(fill, empty)]
