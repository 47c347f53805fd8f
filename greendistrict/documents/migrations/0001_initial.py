"""Tables of documents, as version 0.1.0 begins."""

import django.db.models.deletion
import greendistrict.documents.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, unique=True)),
                ('owner', models.CharField(db_index=True, max_length=80, verbose_name='归属')),
                ('kind', models.CharField(blank=True, max_length=60, verbose_name='材料类别')),
                ('title', models.CharField(max_length=200, verbose_name='材料名称')),
                ('original_name', models.CharField(max_length=120, verbose_name='文件名')),
                ('file', models.FileField(max_length=200, upload_to=greendistrict.documents.models.upload_path, verbose_name='文件')),
                ('content_type', models.CharField(max_length=100, verbose_name='类型')),
                ('size', models.PositiveBigIntegerField(verbose_name='大小')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='摘要')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='documents.evidence')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='有效期起')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='有效期止')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('scan', models.CharField(default='未扫描', max_length=20, verbose_name='病毒扫描')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示数据')),
            ],
            options={
                'verbose_name': '材料',
                'ordering': ('title', '-version'),
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='evidence_validity_ordered'), models.UniqueConstraint(fields=('replaces',), name='evidence_replaced_once')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, unique=True)),
                ('owner', models.CharField(max_length=80, verbose_name='归属')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('size', models.PositiveBigIntegerField(verbose_name='大小')),
                ('received', models.PositiveBigIntegerField(default=0, verbose_name='已收到')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField(verbose_name='开始时间')),
            ],
            options={
                'verbose_name': '上传中的文件',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('received__lte', models.F('size'))), name='upload_received_within_size')],
            },
        ),
    ]
