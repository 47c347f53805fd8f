"""Tables of indicators, as version 0.1.0 begins."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True, verbose_name='编号')),
                ('title', models.TextField(verbose_name='名称')),
                ('official', models.BooleanField(verbose_name='官方标准')),
                ('based_on', models.TextField(verbose_name='编制依据')),
                ('in_force', models.DateField(blank=True, null=True, verbose_name='施行日期')),
                ('replaces', models.CharField(blank=True, max_length=64, verbose_name='代替')),
                ('sources', models.JSONField(default=list, verbose_name='来源')),
                ('types', models.JSONField(default=list, verbose_name='城区类型')),
                ('stages', models.JSONField(default=list, verbose_name='阶段')),
                ('levels', models.JSONField(default=list, verbose_name='星级')),
                ('total', models.JSONField(default=dict, verbose_name='总分方法')),
                ('status', models.CharField(choices=[('draft', '草稿'), ('checked', '已校核'), ('published', '已发布'), ('frozen', '已锁定'), ('superseded', '已被代替')], default='draft', max_length=16, verbose_name='状态')),
                ('complete', models.BooleanField(verbose_name='录入完整')),
                ('problems', models.JSONField(default=list, verbose_name='缺项')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('imported_at', models.DateTimeField(verbose_name='导入时间')),
            ],
            options={
                'verbose_name': '评价标准',
                'verbose_name_plural': '评价标准',
                'ordering': ['-in_force', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'checked', 'published', 'frozen', 'superseded'])), name='edition_status_known'), models.CheckConstraint(condition=models.Q(('complete', True), ('status__in', ['draft', 'superseded']), _connector='OR'), name='edition_incomplete_is_draft')],
            },
        ),
        migrations.CreateModel(
            name='Chapter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chapters', to='indicators.edition', verbose_name='标准')),
                ('key', models.CharField(max_length=64, verbose_name='键')),
                ('number', models.CharField(max_length=64, verbose_name='章号')),
                ('title', models.TextField(verbose_name='名称')),
                ('dimension', models.CharField(blank=True, max_length=64, verbose_name='方面')),
                ('kind', models.CharField(choices=[('scored', '评分章'), ('bonus', '加分章')], max_length=16, verbose_name='种类')),
                ('full', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='满分')),
                ('minimum', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='最低分')),
                ('weight', models.JSONField(blank=True, null=True, verbose_name='权重')),
                ('order', models.PositiveIntegerField(verbose_name='顺序')),
            ],
            options={
                'verbose_name': '章',
                'verbose_name_plural': '章',
                'ordering': ['edition_id', 'order'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'key'), name='chapter_key_once_per_edition'), models.CheckConstraint(condition=models.Q(('kind__in', ['scored', 'bonus'])), name='chapter_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='EditionDocument',
            fields=[
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stored', serialize=False, to='indicators.edition', verbose_name='标准')),
                ('document', models.JSONField(verbose_name='全文')),
            ],
            options={
                'verbose_name': '标准全文',
                'verbose_name_plural': '标准全文',
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='indicators.edition', verbose_name='标准')),
                ('chapter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='indicators.chapter', verbose_name='章')),
                ('item_id', models.CharField(max_length=64, verbose_name='条文号')),
                ('order', models.PositiveIntegerField(verbose_name='顺序')),
                ('kind', models.CharField(choices=[('control', '控制项'), ('score', '评分项'), ('bonus', '加分项')], max_length=16, verbose_name='种类')),
                ('group', models.TextField(verbose_name='分组')),
                ('title', models.TextField(verbose_name='名称')),
                ('requirement', models.CharField(max_length=60, verbose_name='要求')),
                ('points', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='分值')),
                ('applies', models.JSONField(verbose_name='适用')),
                ('may_exclude', models.BooleanField(verbose_name='可不参评')),
                ('exclude_when', models.TextField(blank=True, verbose_name='不参评情形')),
                ('when_absent', models.CharField(blank=True, choices=[('full', '声明不存在得满分'), ('exclude', '声明不存在不参评')], max_length=16, verbose_name='不存在时')),
                ('shared_with', models.JSONField(default=list, verbose_name='成果互斥')),
                ('auto', models.CharField(blank=True, choices=[('key_area', '按重点区域自动判定')], max_length=16, verbose_name='自动判定')),
                ('value', models.JSONField(blank=True, null=True, verbose_name='取值')),
                ('inputs', models.JSONField(blank=True, null=True, verbose_name='比例两数')),
                ('rule', models.JSONField(blank=True, null=True, verbose_name='规则')),
                ('evidence', models.JSONField(default=list, verbose_name='佐证材料')),
                ('source_department', models.TextField(verbose_name='数据来源部门')),
                ('method', models.TextField(verbose_name='核算方法')),
                ('beauty', models.JSONField(default=list, verbose_name='美丽上海')),
                ('basis', models.JSONField(default=list, verbose_name='依据')),
            ],
            options={
                'verbose_name': '条文',
                'verbose_name_plural': '条文',
                'ordering': ['edition_id', 'order'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'item_id'), name='clause_id_once_per_edition'), models.CheckConstraint(condition=models.Q(('kind__in', ['control', 'score', 'bonus'])), name='clause_kind_known'), models.CheckConstraint(condition=models.Q(('when_absent__in', ['', 'full', 'exclude'])), name='clause_when_absent_known'), models.CheckConstraint(condition=models.Q(('auto__in', ['', 'key_area'])), name='clause_auto_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'control'), _negated=True), ('points__isnull', True), _connector='OR'), name='clause_control_no_points')],
            },
        ),
    ]
