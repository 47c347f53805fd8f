"""Papers that were made with what their requester could read stay this person's."""

from django.db import migrations, models
from django.db.models.functions import Concat

MADE_FOR_THE_ASKER = (
    "review_opinion", "score_sheet", "meeting_pack", "meeting_minutes", "panel_record", "technical_review", "stage_assessment",
    "post_evaluation", "operation_report", "acceptance", "site_visit", "inspection", "yearly_plan", "area_evaluation", "carbon", "dossier",
    "obligations_plan",
)  # fmt: skip


def keep_with_the_asker(apps, schema_editor):
    jobs = apps.get_model("reports", "ExportJob").objects.filter(kind__in=MADE_FOR_THE_ASKER, requested_by__isnull=False, sight="")
    jobs.update(sight=Concat(models.Value("person:"), models.F("requested_by_id"), output_field=models.TextField()))


class Migration(migrations.Migration):
    """Fill the column of the papers of matters and of the plans of a year."""

    dependencies = [
        ("reports", "0014_sight_of_papers"),
    ]

    operations = [
        migrations.RunPython(keep_with_the_asker, migrations.RunPython.noop),
    ]
