"""Editions count their versions: a step is taken from a page that showed the text and the state as they are stored."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
