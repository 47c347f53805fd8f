"""Tables of workflow, as version 0.1.0 begins."""

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
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='种类')),
                ('key', models.CharField(max_length=200, unique=True, verbose_name='唯一键')),
                ('payload', models.JSONField(default=dict, verbose_name='内容')),
                ('created_at', models.DateTimeField(verbose_name='写入时间')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='尝试次数')),
                ('retry_at', models.DateTimeField(blank=True, null=True, verbose_name='下次尝试')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
                ('error', models.TextField(blank=True, verbose_name='最近错误')),
            ],
            options={
                'verbose_name': '待发事项',
                'ordering': ('pk',),
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['id'], name='outbox_open')],
            },
        ),
        migrations.CreateModel(
            name='TransitionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('machine', models.CharField(max_length=40, verbose_name='流程')),
                ('subject', models.CharField(max_length=80, verbose_name='对象')),
                ('scope', models.CharField(blank=True, help_text='what a timeline groups by, such as districts.district:3', max_length=80, verbose_name='范围')),
                ('label', models.CharField(max_length=200, verbose_name='对象名称')),
                ('action', models.CharField(max_length=40, verbose_name='动作')),
                ('source', models.CharField(max_length=40, verbose_name='原状态')),
                ('target', models.CharField(max_length=40, verbose_name='新状态')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
                ('actor_name', models.CharField(max_length=60, verbose_name='人员姓名')),
                ('seat', models.CharField(blank=True, max_length=40, verbose_name='岗位')),
                ('organisation', models.CharField(blank=True, max_length=100, verbose_name='单位')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('reason', models.TextField(blank=True, verbose_name='意见')),
                ('facts', models.JSONField(default=dict, verbose_name='依据')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='请求编号')),
            ],
            options={
                'verbose_name': '流转记录',
                'ordering': ('at', 'pk'),
                'indexes': [models.Index(fields=['subject', 'at'], name='transition_subject'), models.Index(fields=['scope', 'at'], name='transition_scope'), models.Index(fields=['actor', 'at'], name='transition_actor')],
            },
        ),
    ]
