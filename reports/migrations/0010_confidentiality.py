from django.db import migrations, models


class Migration(migrations.Migration):
    """Reports carry a confidentiality; those made before are 内部."""

    dependencies = [("reports", "0009_handed_over_volumes_are_locked")]

    operations = [
        migrations.AddField(
            model_name="exportjob",
            name="confidentiality",
            field=models.CharField(
                choices=[("public", "公开"), ("internal", "内部"), ("classified", "密级")],
                default="internal",
                max_length=10,
                verbose_name="密级",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidentiality__in", ["public", "internal", "classified"])),
                name="job_confidentiality_known",
            ),
        ),
    ]
