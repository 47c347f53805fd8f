"""Closing of a year: its editions, the figures frozen in each, and the stock kept on the snapshot day."""

import django.core.serializers.json
import django.db.models.deletion
import reports.closings.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0005_digests_are_named_as_such'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StockRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('day', models.DateField(verbose_name='快照日')),
                ('key', models.CharField(max_length=40, verbose_name='数据')),
                ('data', models.JSONField(verbose_name='内容')),
                ('digest', models.CharField(max_length=64, verbose_name='校验值')),
                ('kept_at', models.DateTimeField(verbose_name='留存时间')),
            ],
            options={
                'verbose_name': '存量数据',
                'ordering': ('-year', 'key'),
                'constraints': [models.UniqueConstraint(fields=('year', 'key'), name='stock_record_once')],
            },
        ),
        migrations.CreateModel(
            name='YearClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, verbose_name='年度')),
                ('status', models.CharField(default=reports.closings.models.ClosingState['OPEN'], max_length=10, verbose_name='状态')),
                ('edition', models.PositiveSmallIntegerField(default=0, verbose_name='版次')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='收件截止日')),
                ('reason', models.TextField(blank=True, verbose_name='更正理由')),
                ('opened_at', models.DateTimeField(verbose_name='开始时间')),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': '年度关账',
                'ordering': ('-year',),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', [reports.closings.models.ClosingState['OPEN'], reports.closings.models.ClosingState['CLOSED'], reports.closings.models.ClosingState['CORRECTING']])), name='year_closing_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('edition', 0), ('status', reports.closings.models.ClosingState['OPEN'])), ('edition__gt', 0), _connector='OR'), name='year_closing_has_edition'), models.CheckConstraint(condition=models.Q(('reason', ''), ('status', reports.closings.models.ClosingState['CORRECTING']), _negated=True), name='year_closing_correction_reasoned')],
            },
        ),
        migrations.CreateModel(
            name='ClosingEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='版次')),
                ('closed_at', models.DateTimeField(verbose_name='关账时间')),
                ('snapshot_day', models.DateField(verbose_name='快照日')),
                ('closes_on', models.DateField(verbose_name='收件截止日')),
                ('reason', models.TextField(blank=True, verbose_name='更正理由')),
                ('changes', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, help_text='rows of differences.FigureChange', verbose_name='变化')),
                ('digest', models.CharField(max_length=64, verbose_name='校验值')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='关账人')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='reports.yearclosing', verbose_name='年度关账')),
            ],
            options={
                'verbose_name': '关账版次',
                'ordering': ('closing', 'number'),
            },
        ),
        migrations.CreateModel(
            name='FrozenFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, verbose_name='数据')),
                ('part', models.CharField(blank=True, max_length=60, verbose_name='部分')),
                ('order', models.PositiveIntegerField(verbose_name='序号')),
                ('data', models.JSONField(verbose_name='内容')),
                ('digest', models.CharField(max_length=64, verbose_name='校验值')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='reports.closingedition', verbose_name='关账版次')),
            ],
            options={
                'verbose_name': '关账数据',
                'ordering': ('edition', 'key', 'order'),
                'constraints': [models.UniqueConstraint(fields=('edition', 'key', 'part'), name='frozen_figures_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='closingedition',
            constraint=models.UniqueConstraint(fields=('closing', 'number'), name='closing_edition_once'),
        ),
        migrations.AddConstraint(
            model_name='closingedition',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='closing_edition_correction_reasoned'),
        ),
        migrations.AddConstraint(
            model_name='closingedition',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='closing_edition_counted_from_one'),
        ),
    ]
