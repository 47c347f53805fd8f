"""The days of each loss of a title before its decision was stayed, of titles that were lost and stayed more than once."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
from django.db import migrations


class Migration(migrations.Migration):
    """Column."""

    dependencies = [("approvals", "0034_certainty_of_editions")]

    operations = [
        migrations.AddField(
            "title",
            "earlier_gaps",
            django.contrib.postgres.fields.ArrayField(
                base_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="以前各次停止执行前的终止期间",
            ),
        ),
    ]
