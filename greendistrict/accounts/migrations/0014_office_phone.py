"""Bodies have an office telephone, which stands below their letters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty until it is entered."""

    dependencies = [
        ("accounts", "0013_known_departments"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="office_phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="办公电话"),
        ),
    ]
