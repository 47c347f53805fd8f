"""Papers are made for seats; those made before are their requester's."""

from django.db import migrations, models
from django.db.models.functions import Concat

MADE_FOR_THE_ASKER = (
    "review_opinion", "score_sheet", "meeting_pack", "meeting_minutes", "panel_record", "technical_review", "stage_assessment",
    "post_evaluation", "operation_report", "acceptance", "site_visit", "inspection", "yearly_plan", "area_evaluation", "carbon", "dossier",
    "obligations_plan",
)  # fmt: skip


def keep_with_the_asker(apps, schema_editor):
    jobs = apps.get_model("reports", "ExportJob").objects.filter(kind__in=MADE_FOR_THE_ASKER, requested_by__isnull=False)
    jobs.update(sight=Concat(models.Value("person:"), models.F("requested_by_id"), output_field=models.CharField()))


class Migration(migrations.Migration):
    """A column for the seats, filled for the papers of matters and the plans of a year."""

    dependencies = [
        ("reports", "0013_leases_of_the_kernel"),
    ]

    operations = [
        migrations.AddField(
            model_name="exportjob",
            name="sight",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="seats that it was made for", max_length=400, verbose_name="视角"
            ),
        ),
        migrations.RunPython(keep_with_the_asker, migrations.RunPython.noop),
    ]
