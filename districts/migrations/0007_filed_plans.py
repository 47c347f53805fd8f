"""Plans with a day of filing are with the city."""

from django.db import migrations


def forwards(apps, schema_editor):
    apps.get_model("districts", "ImplementationPlan").objects.filter(filed_on__isnull=False).update(status="filed")


class Migration(migrations.Migration):
    dependencies = [("districts", "0006_yearly_plans")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
