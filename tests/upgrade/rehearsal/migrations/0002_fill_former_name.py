"""Fill the column from the rows that are there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rehearsal", "0001_former_name")]
    operations = [
        migrations.RunSQL("UPDATE districts_district SET former_name = name", "UPDATE districts_district SET former_name = NULL"),
    ]
