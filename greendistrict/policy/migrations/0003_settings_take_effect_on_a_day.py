"""Decided settings carry the day from which they count; earlier decisions counted at once."""

import datetime as dt

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy', '0002_wordings_of_letters'),
    ]

    operations = [
        migrations.AddField(
            model_name='setting',
            name='effective_on',
            field=models.DateField(blank=True, help_text='without it from the day of the decision', null=True, verbose_name='生效日期'),
        ),
        migrations.AddField(
            model_name='settingchange',
            name='effective_on',
            field=models.DateField(default=dt.date(2000, 1, 1), verbose_name='生效日期'),
            preserve_default=False,
        ),
    ]
