"""Scope of the jobs made before: a job with a district is about that district."""

from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("reports", "ExportJob").objects.filter(district__isnull=False).update(scope="district")


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_report_batches")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
