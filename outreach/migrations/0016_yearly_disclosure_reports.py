"""The record that a yearly report on disclosure was published."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Table."""

    dependencies = [
        ('outreach', '0015_third_party_opinion'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='YearlyDisclosureReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('published_on', models.DateField(help_text='向社会公布的日期；登记有误的再登记一次', verbose_name='公布日期')),
                ('address', models.URLField(verbose_name='公布的网址')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('recorded_by_principal', models.CharField(blank=True, db_default='', default='', editable=False, max_length=60, verbose_name='委托人')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '政府信息公开工作年度报告',
                'ordering': ('-year', 'is_demo'),
                'constraints': [models.UniqueConstraint(fields=('year', 'is_demo'), name='one_disclosure_report_a_year'), models.CheckConstraint(condition=models.Q(('published_on__year__gt', models.F('year'))), name='disclosure_report_after_its_year')],
            },
        ),
    ]
