"""Tables of obligations, as version 0.1.0 begins."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Exemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('obligation', models.CharField(help_text='key of the obligation', max_length=120, verbose_name='事项')),
                ('extended_to', models.DateField(blank=True, null=True, verbose_name='延至')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('decided_at', models.DateTimeField(verbose_name='时间')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审定人')),
            ],
            options={
                'verbose_name': '免报与延期',
                'ordering': ('-decided_at',),
                'indexes': [models.Index(fields=['obligation'], name='exemption_obligation')],
            },
        ),
    ]
