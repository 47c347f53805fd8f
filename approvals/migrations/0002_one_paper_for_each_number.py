"""A number of the office's document system stands on one decision, one notice of intent, one published announcement."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(("status", "published"), models.Q(("number", ""), _negated=True)),
                name="announcement_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                fields=["decision_number"], condition=models.Q(("decision_number", ""), _negated=True), name="case_decision_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lossfile",
            constraint=models.UniqueConstraint(
                fields=["told_number"], condition=models.Q(("told_number", ""), _negated=True), name="loss_notice_number_once"
            ),
        ),
    ]
