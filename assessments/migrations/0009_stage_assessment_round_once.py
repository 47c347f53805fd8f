"""Each number of a stage assessment comes once in a district."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0008_no_number_for_early_stage_assessments")]

    operations = [
        migrations.AddConstraint(
            model_name="stageassessment",
            constraint=models.UniqueConstraint(fields=["district", "round"], name="stage_assessment_round_once"),
        ),
    ]
