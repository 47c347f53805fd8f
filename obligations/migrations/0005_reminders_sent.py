"""Reminders that were sent, one row for each rung of an obligation and person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('obligations', '0004_calendar_feeds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(help_text='key of the obligation, its due day, its rung', max_length=160, verbose_name='事项和节点')),
                ('day', models.DateField(verbose_name='提醒日')),
                ('receiver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='接收人')),
            ],
            options={
                'verbose_name': '到期提醒',
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('mark', 'receiver'), name='reminder_once')],
            },
        ),
    ]
