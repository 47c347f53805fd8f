"""The moment at which a post was ended by an act."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column; posts that ended before have none."""

    dependencies = [("accounts", "0010_keeper_proposals_and_reviews")]

    operations = [
        migrations.AddField(model_name="post", name="ended_at", field=models.DateTimeField(blank=True, null=True, verbose_name="终止时间"))
    ]
