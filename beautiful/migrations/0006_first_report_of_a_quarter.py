"""The moment of the first report of a quarter beside that of its last correction."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("beautiful", "0005_evaluations")]

    operations = [
        migrations.AddField(
            model_name="quarterlyprogress",
            name="filed_at",
            field=models.DateTimeField(null=True, verbose_name="首次报送时间"),
        ),
    ]
