"""Tables of core, as version 0.1.0 begins."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('date', models.DateField(primary_key=True, serialize=False, verbose_name='日期')),
                ('working', models.BooleanField(verbose_name='上班')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('source', models.CharField(max_length=200, verbose_name='来源')),
            ],
            options={
                'verbose_name': '节假日和调休',
                'ordering': ('date',),
            },
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='年份')),
                ('source', models.CharField(max_length=200, verbose_name='来源')),
                ('digest', models.CharField(help_text="SHA-256 of the year's days; tells every process when to read them again", max_length=64, verbose_name='摘要')),
            ],
            options={
                'verbose_name': '节假日安排年份',
                'ordering': ('year',),
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=10, verbose_name='种类')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年份')),
                ('last', models.PositiveIntegerField(verbose_name='最后编号')),
            ],
            options={
                'verbose_name': '编号计数',
                'constraints': [models.UniqueConstraint(fields=('prefix', 'year'), name='counter_once'), models.CheckConstraint(condition=models.Q(('last__gte', 1)), name='counter_positive')],
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='任务')),
                ('succeeded_at', models.DateTimeField(blank=True, null=True, verbose_name='最近成功')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='最近失败')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='失败原因')),
            ],
            options={
                'verbose_name': '定时任务',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='PaperCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='查验码')),
                ('subject', models.CharField(help_text='label and key of what it leads to', max_length=80, unique=True, verbose_name='对象')),
            ],
            options={
                'verbose_name': '查验码',
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9A-Z]{20,32}$')), name='paper_code_long_enough')],
            },
        ),
    ]
