"""Volumes of the archive and their items."""

import districts.file.models.district
import django.db.models.constraints
import django.db.models.deletion
import reports.archive.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0002_digests_are_named_as_such'),
        ('documents', '0004_confidentiality'),
        ('reports', '0007_kept_letters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveVolume',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40, verbose_name='事项类别')),
                ('matter', models.PositiveBigIntegerField(verbose_name='事项')),
                ('matter_number', models.CharField(blank=True, max_length=60, verbose_name='事项编号')),
                ('kind', models.CharField(max_length=40, verbose_name='类别')),
                ('title', models.CharField(max_length=300, verbose_name='题名')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('retention', models.CharField(choices=[('permanent', '永久'), ('y30', '30年'), ('y10', '10年')], max_length=10, verbose_name='保管期限')),
                ('fonds', models.CharField(blank=True, max_length=60, verbose_name='全宗号')),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='案卷号')),
                ('status', models.CharField(default=reports.archive.models.VolumeState['PREPARING'], max_length=12, verbose_name='状态')),
                ('confidentiality', models.CharField(choices=[('public', '公开'), ('internal', '内部'), ('classified', '密级')], default='internal', max_length=10, verbose_name='密级')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('opened_at', models.DateTimeField(verbose_name='开始整理时间')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='提请检查时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='立卷时间')),
                ('receiver', models.CharField(blank=True, max_length=200, verbose_name='接收单位')),
                ('receiving_person', models.CharField(blank=True, max_length=60, verbose_name='接收人')),
                ('handed_over_on', models.DateField(blank=True, null=True, verbose_name='移交日期')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
                ('version', models.PositiveIntegerField(default=0)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='检查人')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='volumes', to='districts.district', verbose_name='城区')),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='立卷人')),
            ],
            options={
                'verbose_name': '案卷',
                'ordering': ('-year', 'fonds', 'number', 'pk'),
            },
            bases=(districts.file.models.district.InDistrict, models.Model),
        ),
        migrations.CreateModel(
            name='ArchiveItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, verbose_name='来源')),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='件号')),
                ('kind', models.CharField(choices=[('file', '材料'), ('letter', '文书参考稿')], max_length=10, verbose_name='种类')),
                ('title', models.CharField(max_length=300, verbose_name='题名')),
                ('responsible', models.CharField(blank=True, max_length=200, verbose_name='责任者')),
                ('document_number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('dated', models.DateField(blank=True, null=True, verbose_name='日期')),
                ('pages', models.PositiveIntegerField(blank=True, null=True, verbose_name='页数')),
                ('confidentiality', models.CharField(choices=[('public', '公开'), ('internal', '内部'), ('classified', '密级')], default='internal', max_length=10, verbose_name='密级')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='备注')),
                ('left_out', models.CharField(blank=True, max_length=300, verbose_name='不归档的理由')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='校验值')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.evidence', verbose_name='文件')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.exportjob', verbose_name='生成')),
                ('volume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='reports.archivevolume', verbose_name='案卷')),
            ],
            options={
                'verbose_name': '归档文件',
                'ordering': ('volume', models.OrderBy(models.F('number'), nulls_last=True), 'dated', 'pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', [reports.archive.models.VolumeState['PREPARING'], reports.archive.models.VolumeState['CLOSED'], reports.archive.models.VolumeState['HANDED_OVER']])), name='archive_volume_status_known'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.CheckConstraint(condition=models.Q(('retention__in', ['permanent', 'y30', 'y10'])), name='archive_volume_retention_known'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.CheckConstraint(condition=models.Q(('confidentiality__in', ['public', 'internal', 'classified'])), name='archive_volume_confidentiality_known'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.CheckConstraint(condition=models.Q(('year__isnull', True), models.Q(('year__gte', 2000), ('year__lte', 2100)), _connector='OR'), name='archive_volume_year_plausible'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.UniqueConstraint(fields=('source', 'matter'), name='archive_volume_once', violation_error_message='这一事项已经立卷'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.UniqueConstraint(fields=('fonds', 'year', 'number'), name='archive_volume_number_once'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.CheckConstraint(condition=models.Q(('status', reports.archive.models.VolumeState['PREPARING']), models.Q(('checked_by__isnull', False), ('closed_at__isnull', False), ('number__isnull', False), models.Q(('fonds', ''), _negated=True)), _connector='OR'), name='archive_volume_closed_numbered'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fonds', ''), ('number__isnull', True)), models.Q(('number__gt', 0), models.Q(('fonds', ''), _negated=True)), _connector='OR'), name='archive_volume_number_in_fonds'),
        ),
        migrations.AddConstraint(
            model_name='archivevolume',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', reports.archive.models.VolumeState['HANDED_OVER']), _negated=True), models.Q(('handed_over_on__isnull', False), models.Q(('receiver', ''), _negated=True), models.Q(('receiving_person', ''), _negated=True)), _connector='OR'), name='archive_volume_handed_to_somebody'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['file', 'letter'])), name='archive_item_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.CheckConstraint(condition=models.Q(('confidentiality__in', ['public', 'internal', 'classified'])), name='archive_item_confidentiality_known'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.UniqueConstraint(fields=('volume', 'key'), name='archive_item_once'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('volume', 'number'), name='archive_item_numbered'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', True), models.Q(('left_out', ''), _negated=True)), models.Q(('left_out', ''), ('number__gt', 0)), _connector='OR'), name='archive_item_numbered_or_left_out'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.CheckConstraint(condition=models.Q(('document__isnull', False), ('job__isnull', False), _connector='OR'), name='archive_item_has_a_file'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='archive_item_titled'),
        ),
    ]
