"""Reversed, shapes of deleted plots go: before they were kept, shapes went with their plot."""

from django.db import migrations


def without_plot(apps, schema_editor):
    apps.get_model("districts", "FormerShape").objects.filter(plot__isnull=True).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0038_shapes_of_deleted_plots'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, without_plot),
    ]
