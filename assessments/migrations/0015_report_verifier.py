"""The organisation behind the name of a carbon report's verifier."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may be empty: the name stands beside it."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("assessments", "0014_paper_votes"),
    ]

    operations = [
        migrations.AddField(
            model_name="yearlyreport",
            name="verifier_body",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="平台内核查机构",
            ),
        ),
    ]
