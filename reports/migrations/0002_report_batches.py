"""Batches of reports, chosen formats, pages, editions and expiry; kinds are checked against the registry, no longer by a list."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BatchPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='序号')),
            ],
            options={
                'verbose_name': '批量分册',
                'ordering': ('batch', 'number'),
            },
        ),
        migrations.RemoveConstraint(
            model_name='exportjob',
            name='job_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='exportjob',
            name='job_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='exportjob',
            name='job_open_once',
        ),
        migrations.RemoveConstraint(
            model_name='exportjob',
            name='job_district_given',
        ),
        migrations.AddField(
            model_name='exportjob',
            name='edition',
            field=models.CharField(blank=True, max_length=40, verbose_name='版次'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='expires_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='过期时间'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='formats',
            field=models.JSONField(blank=True, default=list, verbose_name='格式'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='pages',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='页数'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='scheduled',
            field=models.CharField(blank=True, max_length=60, null=True, unique=True, verbose_name='定期'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='scope',
            field=models.CharField(choices=[('city', '全市'), ('district', '城区'), ('matter', '事项'), ('batch', '批量')], default='city', max_length=10, verbose_name='范围'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='subject_name',
            field=models.CharField(blank=True, max_length=200, verbose_name='对象名称'),
        ),
        migrations.AlterField(
            model_name='exportjob',
            name='kind',
            field=models.CharField(max_length=40, verbose_name='报告'),
        ),
        migrations.AlterField(
            model_name='exportjob',
            name='state',
            field=models.CharField(choices=[('collecting', '分册生成中'), ('queued', '排队中'), ('running', '生成中'), ('done', '已完成'), ('failed', '未完成'), ('cancelled', '已取消'), ('expired', '已过期')], default='queued', max_length=10, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='exportjob',
            name='subject',
            field=models.CharField(blank=True, help_text='key of the matter it is about', max_length=100, verbose_name='对象'),
        ),
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['collecting', 'queued', 'running', 'done', 'failed', 'cancelled', 'expired'])), name='job_state_known'),
        ),
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.CheckConstraint(condition=models.Q(('scope__in', ['city', 'district', 'matter', 'batch'])), name='job_scope_known'),
        ),
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('collecting', 'queued', 'running'))), fields=('asked',), name='job_open_once'),
        ),
        migrations.AddField(
            model_name='batchpart',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='reports.exportjob'),
        ),
        migrations.AddField(
            model_name='batchpart',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='reports.exportjob'),
        ),
        migrations.AddConstraint(
            model_name='batchpart',
            constraint=models.UniqueConstraint(fields=('batch', 'report'), name='batch_part_once'),
        ),
        migrations.AddConstraint(
            model_name='batchpart',
            constraint=models.UniqueConstraint(fields=('batch', 'number'), name='batch_part_numbered'),
        ),
    ]
