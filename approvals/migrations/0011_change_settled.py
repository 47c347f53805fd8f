"""Effects of a change as they were on the day it was decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A new column; changes decided before keep none."""

    dependencies = [("approvals", "0010_opinion_applicant")]

    operations = [
        migrations.AddField("change", "settled", models.JSONField(default=list, verbose_name="决定时的影响")),
    ]
