"""Every row has one from now on."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rehearsal", "0002_fill_former_name")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE districts_district ALTER COLUMN former_name SET DEFAULT '', ALTER COLUMN former_name SET NOT NULL",
            "ALTER TABLE districts_district ALTER COLUMN former_name DROP NOT NULL, ALTER COLUMN former_name DROP DEFAULT",
        ),
    ]
