"""The body that answers for a panel's opinion, where it takes part in the portal."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may be empty: the body's name stands beside it."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("approvals", "0008_review_opinions"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewopinion",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="平台内责任单位",
            ),
        ),
    ]
