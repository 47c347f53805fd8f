"""Tables of reports, as version 0.1.0 begins."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('districts', '0001_initial'),
        ('documents', '0001_initial'),
        ('indicators', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('annual_district', '城区年度评估报告'), ('annual_city', '全市年度评估报告'), ('sensitivity', '标准调整影响测算')], max_length=20, verbose_name='报告')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('subject', models.CharField(blank=True, help_text='what it is about, for kinds that are no annual report', max_length=100, verbose_name='对象')),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.district', verbose_name='城区')),
                ('state', models.CharField(choices=[('queued', '排队中'), ('running', '生成中'), ('done', '已完成'), ('failed', '未完成')], default='queued', max_length=10, verbose_name='状态')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='已完成')),
                ('total', models.PositiveIntegerField(default=1, verbose_name='总数')),
                ('error', models.TextField(blank=True, verbose_name='原因')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('requested_at', models.DateTimeField(verbose_name='申请时间')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='开始时间')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
                ('asked', models.CharField(max_length=200, verbose_name='内容')),
                ('claim', models.UUIDField(blank=True, editable=False, null=True, verbose_name='认领')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='开始次数')),
                ('progressed_at', models.DateTimeField(blank=True, null=True, verbose_name='最近进展')),
                ('alive_at', models.DateTimeField(blank=True, null=True, verbose_name='最近动静')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
            ],
            options={
                'verbose_name': '报告',
                'ordering': ('-requested_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed'])), name='job_state_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['annual_district', 'annual_city', 'sensitivity'])), name='job_kind_known'), models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'running'))), fields=('asked',), name='job_open_once'), models.CheckConstraint(condition=models.Q(('year__isnull', True), models.Q(('year__gte', 2000), ('year__lte', 2100)), _connector='OR'), name='job_year_plausible'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'annual_district'), _negated=True), ('district__isnull', False), _connector='OR'), name='job_district_given')],
            },
        ),
        migrations.CreateModel(
            name='Asker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='askers', to='reports.exportjob')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('at', models.DateTimeField(verbose_name='申请时间')),
            ],
            options={
                'verbose_name': '报告申请人',
                'ordering': ('at', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('job', 'user'), name='report_asker_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='reports.exportjob')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.evidence')),
                ('format', models.CharField(max_length=5, verbose_name='格式')),
            ],
            options={
                'verbose_name': '报告文件',
                'ordering': ('job', 'format'),
                'constraints': [models.UniqueConstraint(fields=('job', 'format'), name='report_file_once')],
            },
        ),
        migrations.CreateModel(
            name='Sensitivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sensitivity', to='reports.exportjob')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.edition', verbose_name='标准')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('changes', models.JSONField(default=list, verbose_name='调整')),
                ('rows', models.JSONField(default=list, verbose_name='结果')),
            ],
            options={
                'verbose_name': '标准调整影响测算',
            },
        ),
    ]
