"""Earlier decisions about settings counted from the day they were taken."""

from django.db import migrations

FILL = "UPDATE policy_settingchange SET effective_on = (at AT TIME ZONE 'Asia/Shanghai')::date"


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0003_settings_take_effect_on_a_day'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
