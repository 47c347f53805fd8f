"""The number of a stage assessment is that of the three-year cycle: one called early has none, and each number comes once in a district."""

from django.db import migrations, models

WITHOUT_NUMBER = """
UPDATE assessments_stageassessment SET round = NULL
WHERE id IN (SELECT early_id FROM assessments_inspection WHERE early_id IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [('assessments', '0006_number_of_a_panel_member')]

    operations = [
        migrations.AlterField(
            model_name='stageassessment',
            name='round',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='期次'),
        ),
        migrations.RunSQL(WITHOUT_NUMBER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='stageassessment',
            constraint=models.UniqueConstraint(fields=('district', 'round'), name='stage_assessment_round_once'),
        ),
    ]
