"""Files into which records of access went, with what says that a record that is gone is in one of them."""

from django.db import migrations, models

PROTECT = """
CREATE TRIGGER audit_protect_rows BEFORE UPDATE OR DELETE ON audit_auditarchive FOR EACH ROW EXECUTE FUNCTION audit_protect();
CREATE TRIGGER audit_protect_table BEFORE TRUNCATE ON audit_auditarchive FOR EACH STATEMENT EXECUTE FUNCTION audit_protect();
"""
RELEASE = """
DROP TRIGGER audit_protect_table ON audit_auditarchive;
DROP TRIGGER audit_protect_rows ON audit_auditarchive;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_digests_are_named_as_such'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=100, unique=True, verbose_name='文件')),
                ('sha256', models.CharField(max_length=64, verbose_name='校验值')),
                ('made_at', models.DateTimeField(verbose_name='归档时间')),
                ('before', models.DateTimeField(verbose_name='早于')),
                ('count', models.PositiveIntegerField(verbose_name='记录数')),
                ('seals', models.TextField(verbose_name='封存号')),
                ('key', models.CharField(max_length=16, verbose_name='公钥编号')),
                ('signature', models.CharField(max_length=100, verbose_name='签名')),
            ],
            options={
                'verbose_name': '审计归档',
                'ordering': ('pk',),
            },
        ),
        migrations.RunSQL(PROTECT, RELEASE),
    ]
