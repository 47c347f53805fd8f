"""A column for the name under which a district was registered."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("districts", "__first__"), ("assessments", "__first__")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE districts_district ADD COLUMN former_name varchar(200) NULL",
            "ALTER TABLE districts_district DROP COLUMN former_name",
        ),
    ]
