"""First reports from the audit record, which has every correction; without one the report as it stands is the first."""

from django.db import migrations
from django.db.models import Min

ACTION = "beautiful.report_progress"


def fill(apps, schema_editor):
    """The first entry of each report."""
    progress = apps.get_model("beautiful", "QuarterlyProgress")
    records = apps.get_model("audit", "AuditRecord").objects.filter(action=ACTION).order_by().values("subject")
    first = dict(records.annotate(first=Min("at")).values_list("subject", "first"))
    rows = list(progress.objects.all())
    for row in rows:
        row.filed_at = min(first.get(f"beautiful.quarterlyprogress:{row.pk}", row.reported_at), row.reported_at)
    progress.objects.bulk_update(rows, ["filed_at"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [("beautiful", "0006_first_report_of_a_quarter"), ("audit", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
