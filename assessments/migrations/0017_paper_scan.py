"""The scan of scores that came on paper."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may be empty."""

    dependencies = [
        ("assessments", "0016_known_verifiers"),
        ("documents", "0002_uploads"),
    ]

    operations = [
        migrations.AddField(
            model_name="paperscores",
            name="scan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.evidence",
                verbose_name="扫描件",
            ),
        ),
    ]
