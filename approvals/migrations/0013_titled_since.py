"""Demonstrations that followed a pilot learn the pilot's day."""

from django.db import migrations


def learn(apps, schema_editor):
    """The day of the pilot that the title in force took over from."""
    del schema_editor
    district, title = apps.get_model("districts", "District"), apps.get_model("approvals", "Title")
    pilots = title.objects.filter(end="superseded", district__stage="demonstration", granted_on__isnull=False)
    for held in pilots.order_by("granted_on"):
        district.objects.filter(pk=held.district_id).update(titled_since=held.granted_on)


class Migration(migrations.Migration):
    """Data only; going back forgets the days with their column."""

    dependencies = [("approvals", "0012_change_consulted"), ("districts", "0013_titled_since")]

    operations = [migrations.RunPython(learn, migrations.RunPython.noop)]
