"""Exchanges with other systems and their items, which the database lets nobody change; when each was last looked at."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION portal_exchange_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'exchanges are append-only';
END $$;
CREATE TRIGGER portal_exchange_kept BEFORE UPDATE OR DELETE ON portal_exchange FOR EACH ROW EXECUTE FUNCTION portal_exchange_kept();
CREATE TRIGGER portal_exchange_kept BEFORE UPDATE OR DELETE ON portal_exchangeitem FOR EACH ROW EXECUTE FUNCTION portal_exchange_kept();
"""
FREE = """
DROP TRIGGER portal_exchange_kept ON portal_exchangeitem;
DROP TRIGGER portal_exchange_kept ON portal_exchange;
DROP FUNCTION portal_exchange_kept();
"""


class Migration(migrations.Migration):
    """Tables of their own; undone, the records of exchanges are gone and nothing else changes."""

    dependencies = [
        ('portal', '0011_opening_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AdapterLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('adapter', models.CharField(max_length=20, unique=True, verbose_name='对接')),
                ('at', models.DateTimeField(verbose_name='最近一次')),
                ('error', models.TextField(blank=True, verbose_name='原因')),
            ],
            options={
                'verbose_name': '系统对接的最近一次',
                'ordering': ('adapter',),
            },
        ),
        migrations.CreateModel(
            name='ExchangeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('adapter', models.CharField(max_length=20, verbose_name='对接')),
                ('direction', models.CharField(choices=[('out', '送出'), ('in', '收入')], max_length=3, verbose_name='方向')),
                ('key', models.CharField(max_length=200, verbose_name='编号')),
                ('digest', models.CharField(max_length=64, verbose_name='校验值')),
                ('state', models.CharField(choices=[('sent', '已送出'), ('taken', '已收入'), ('refused', '未收')], max_length=10, verbose_name='状态')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('content', models.JSONField(blank=True, default=dict, verbose_name='内容')),
                ('run', models.UUIDField(verbose_name='批次')),
                ('at', models.DateTimeField(verbose_name='时间')),
            ],
            options={
                'verbose_name': '系统对接的内容',
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['run'], name='exchange_item_by_run')],
                'constraints': [models.CheckConstraint(condition=models.Q(('direction__in', ['out', 'in'])), name='exchange_item_direction_known'), models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'taken', 'refused'])), name='exchange_item_state_known'), models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('adapter', 'direction', 'key'), name='exchange_item_once'), models.UniqueConstraint(condition=models.Q(('state', 'refused')), fields=('adapter', 'direction', 'key', 'digest', 'words'), name='exchange_item_refused_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='exchange_item_refused_why')],
            },
        ),
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('adapter', models.CharField(max_length=20, verbose_name='对接')),
                ('direction', models.CharField(choices=[('out', '送出'), ('in', '收入')], max_length=3, verbose_name='方向')),
                ('run', models.UUIDField(verbose_name='批次')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('items', models.PositiveIntegerField(default=0, verbose_name='条数')),
                ('refused', models.PositiveIntegerField(default=0, verbose_name='未成')),
                ('result', models.CharField(choices=[('done', '成功'), ('nothing', '没有新内容'), ('partly', '部分未成'), ('failed', '失败')], max_length=10, verbose_name='结果')),
                ('error', models.TextField(blank=True, verbose_name='原因')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='校验值')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='交换人')),
            ],
            options={
                'verbose_name': '系统对接的交换',
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['adapter', '-at'], name='exchange_by_adapter')],
                'constraints': [models.CheckConstraint(condition=models.Q(('direction__in', ['out', 'in'])), name='exchange_direction_known'), models.CheckConstraint(condition=models.Q(('result__in', ['done', 'nothing', 'partly', 'failed'])), name='exchange_result_known'), models.CheckConstraint(condition=models.Q(models.Q(('result', 'failed'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='exchange_failed_why')],
            },
        ),
        migrations.RunSQL(KEEP, FREE),
    ]
