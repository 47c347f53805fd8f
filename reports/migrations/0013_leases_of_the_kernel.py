"""Reports are held by leases of the kernel."""

from django.db import migrations


class Migration(migrations.Migration):
    """The column that held their own goes."""

    dependencies = [
        ("reports", "0012_both_names_outside_steps"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="exportjob",
            name="alive_at",
        ),
    ]
