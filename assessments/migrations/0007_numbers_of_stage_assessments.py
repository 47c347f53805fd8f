"""The number of a stage assessment is that of the three-year cycle; one called early has none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_number_of_a_panel_member")]

    operations = [
        migrations.AlterField(
            model_name="stageassessment",
            name="round",
            field=models.PositiveSmallIntegerField("期次", null=True),
        ),
    ]
