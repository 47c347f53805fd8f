from django.db import migrations, models


class Migration(migrations.Migration):
    """Files carry a confidentiality; those stored before are 内部."""

    dependencies = [("documents", "0003_issued_files")]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="confidentiality",
            field=models.CharField(
                choices=[("public", "公开"), ("internal", "内部"), ("classified", "密级")],
                default="internal",
                max_length=10,
                verbose_name="密级",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidentiality__in", ["public", "internal", "classified"])),
                name="evidence_confidentiality_known",
            ),
        ),
    ]
