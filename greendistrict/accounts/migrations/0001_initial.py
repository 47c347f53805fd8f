"""Tables of accounts, as version 0.1.0 begins."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='代码')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='名称')),
                ('aliases', models.JSONField(blank=True, default=list, verbose_name='别名')),
                ('kind', models.CharField(choices=[('city', '市住房城乡建设管理委'), ('secretariat', '技术支撑单位'), ('partner', '市级协同部门'), ('authority', '实施主体'), ('bureau', '区级部门'), ('applicant', '申报主体'), ('consultant', '咨询单位'), ('expert', '专家所在单位'), ('verifier', '碳核查机构'), ('keeper', '平台运维')], max_length=20, verbose_name='类别')),
                ('is_committee', models.BooleanField(default=False, verbose_name='特定地区管委会')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bodies', to='accounts.organisation', verbose_name='上级')),
                ('group', models.CharField(blank=True, max_length=100, verbose_name='所属集团')),
                ('admin_code', models.CharField(blank=True, help_text='GB/T 2260', max_length=6, verbose_name='行政区划代码')),
                ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('source', models.CharField(blank=True, help_text='of a body that comes with the reference data', max_length=300, verbose_name='出处')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
                ('name_pinyin', models.CharField(db_index=True, editable=False, max_length=300)),
            ],
            options={
                'verbose_name': '单位',
                'ordering': ('name_pinyin', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['city', 'secretariat', 'partner', 'authority', 'bureau', 'applicant', 'consultant', 'expert', 'verifier', 'keeper'])), name='organisation_kind_known'), models.CheckConstraint(condition=models.Q(('is_committee', False), ('kind', 'authority'), _connector='OR'), name='organisation_committee_is_authority', violation_error_message='特定地区管委会的类别是实施主体')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True, verbose_name='账号')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='电子邮箱')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='手机')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('password_changed_at', models.DateTimeField(blank=True, null=True)),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
                ('care_mode', models.BooleanField(default=False, verbose_name='关怀版')),
            ],
            options={
                'verbose_name': '用户',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='user_username_unique', violation_error_message='这个账号已有人使用')],
            },
        ),
        migrations.CreateModel(
            name='PasswordLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='password_links', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
                ('purpose', models.CharField(choices=[('first', '首次设定密码'), ('reset', '重置密码'), ('forgotten', '找回密码')], max_length=20, verbose_name='事由')),
                ('address', models.EmailField(blank=True, max_length=254, verbose_name='新电子邮箱')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('needs_release', models.BooleanField(default=False, verbose_name='须放行')),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='放行人')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='放行时间')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='摘要')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='发出时间')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='有效期至')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='使用时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='作废时间')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
            ],
            options={
                'verbose_name': '设定密码链接',
                'ordering': ('-pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('digest',), name='password_link_digest_once'), models.CheckConstraint(condition=models.Q(('digest', ''), ('needs_release', False), ('released_at__isnull', False), _connector='OR'), name='password_link_released_first'), models.CheckConstraint(condition=models.Q(('released_by__isnull', True), models.Q(models.Q(('released_by', models.F('asked_by')), _negated=True), models.Q(('released_by', models.F('user')), _negated=True)), _connector='OR'), name='password_link_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='accounts.organisation', verbose_name='单位')),
                ('role', models.CharField(choices=[('city_officer', '经办'), ('city_checker', '审核'), ('city_director', '审定'), ('city_legal', '法制'), ('secretariat', '评审秘书'), ('partner', '协同部门'), ('authority', '区专门机构'), ('bureau', '数据提供部门'), ('preparer', '填报'), ('reviewer', '审核签发'), ('consultant', '咨询'), ('expert', '专家'), ('verifier', '核查'), ('system_keeper', '系统管理员'), ('security_keeper', '安全管理员'), ('audit_keeper', '审计管理员')], max_length=20, verbose_name='岗位')),
                ('is_admin', models.BooleanField(default=False, verbose_name='单位管理员')),
                ('valid_from', models.DateField(verbose_name='任职起')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='任职止')),
            ],
            options={
                'verbose_name': '岗位',
                'ordering': ('user', 'role'),
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['city_officer', 'city_checker', 'city_director', 'city_legal', 'secretariat', 'partner', 'authority', 'bureau', 'preparer', 'reviewer', 'consultant', 'expert', 'verifier', 'system_keeper', 'security_keeper', 'audit_keeper'])), name='post_role_known'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='post_term_ordered'), models.UniqueConstraint(fields=('user', 'organisation', 'role', 'valid_from'), name='post_once'), models.UniqueConstraint(condition=models.Q(('role__in', ['audit_keeper', 'security_keeper', 'system_keeper'])), fields=('user',), name='post_one_keeper', violation_error_message='系统、安全、审计管理员不得兼任')],
            },
        ),
    ]
