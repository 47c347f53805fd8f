"""Waivers decided before a second person had to check them: they go on counting."""

from django.db import migrations
from django.db.models import F


def count_as_checked(apps, _editor):
    """The moment of the decision, and nobody by name."""
    waivers = apps.get_model("obligations", "Exemption").objects.filter(extended_to__isnull=True, returned_at__isnull=True)
    waivers.filter(checked_at__isnull=True).update(checked_at=F("decided_at"))


def forget_what_never_counted(apps, _editor):
    """What was sent back or waits goes, because the release before would apply it."""
    apps.get_model("obligations", "Exemption").objects.filter(extended_to__isnull=True, checked_at__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("obligations", "0012_second_person_of_waivers")]

    operations = [migrations.RunPython(count_as_checked, forget_what_never_counted)]
