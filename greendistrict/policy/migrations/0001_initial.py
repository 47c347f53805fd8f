"""Tables of policy, as version 0.1.0 begins."""

import django.core.serializers.json
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
            name='Setting',
            fields=[
                ('key', models.CharField(max_length=120, primary_key=True, serialize=False, verbose_name='参数')),
                ('value', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='值')),
                ('confirmed', models.BooleanField(default=True, verbose_name='已确认')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('at', models.DateTimeField(verbose_name='确认时间')),
                ('reason', models.TextField(verbose_name='理由')),
            ],
            options={
                'verbose_name': '政策参数',
                'ordering': ('key',),
            },
        ),
        migrations.CreateModel(
            name='SettingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=120, verbose_name='参数')),
                ('old', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True, verbose_name='原值')),
                ('was_default', models.BooleanField(verbose_name='原为默认值')),
                ('new', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='新值')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('at', models.DateTimeField(verbose_name='决定时间')),
                ('reason', models.TextField(verbose_name='理由')),
            ],
            options={
                'verbose_name': '政策参数变更',
                'ordering': ('-at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='setting_change_reasoned')],
            },
        ),
    ]
