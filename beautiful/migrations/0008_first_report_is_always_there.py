"""No report without the moment of its first filing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("beautiful", "0007_fill_first_reports")]

    operations = [
        migrations.AlterField(
            model_name="quarterlyprogress",
            name="filed_at",
            field=models.DateTimeField(verbose_name="首次报送时间"),
        ),
    ]
