"""Stage assessments called early lose their number; going back they are counted with the others of their district again."""

from django.db import migrations

WITHOUT_NUMBER = """
UPDATE assessments_stageassessment SET round = NULL
WHERE id IN (SELECT early_id FROM assessments_inspection WHERE early_id IS NOT NULL)
"""
COUNTED_ON = """
UPDATE assessments_stageassessment AS early SET round = 1 + (
    SELECT count(*) FROM assessments_stageassessment AS before
    WHERE before.district_id = early.district_id AND before.due < early.due
) WHERE round IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_numbers_of_stage_assessments")]

    operations = [migrations.RunSQL(WITHOUT_NUMBER, COUNTED_ON)]
