"""Tables of audit, as version 0.1.0 begins, and what the database itself holds about them.

Records and seals can only be added, whatever the database is called; triggers keep the list of what waits for its seal.
"""

from django.db import migrations, models

PROTECT = """
CREATE FUNCTION audit_protect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit records are append-only';
END $$;
CREATE TRIGGER audit_protect_rows BEFORE UPDATE OR DELETE ON audit_auditrecord FOR EACH ROW EXECUTE FUNCTION audit_protect();
CREATE TRIGGER audit_protect_table BEFORE TRUNCATE ON audit_auditrecord FOR EACH STATEMENT EXECUTE FUNCTION audit_protect();
CREATE TRIGGER audit_protect_rows BEFORE UPDATE OR DELETE ON audit_auditseal FOR EACH ROW EXECUTE FUNCTION audit_protect();
CREATE TRIGGER audit_protect_table BEFORE TRUNCATE ON audit_auditseal FOR EACH STATEMENT EXECUTE FUNCTION audit_protect();

-- Run with the rights of the owner: the portal itself may read the list, not write it.
CREATE FUNCTION audit_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO audit_auditpending (record_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION audit_sealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    DELETE FROM audit_auditpending p USING fresh f WHERE p.record_id = f.record_id;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_note_row AFTER INSERT ON audit_auditrecord FOR EACH ROW EXECUTE FUNCTION audit_note();
CREATE TRIGGER audit_sealed_rows AFTER INSERT ON audit_auditseal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION audit_sealed();
"""
RELEASE = """
DROP TRIGGER audit_sealed_rows ON audit_auditseal;
DROP TRIGGER audit_note_row ON audit_auditrecord;
DROP FUNCTION audit_sealed();
DROP FUNCTION audit_note();
DROP TRIGGER audit_protect_table ON audit_auditseal;
DROP TRIGGER audit_protect_rows ON audit_auditseal;
DROP TRIGGER audit_protect_table ON audit_auditrecord;
DROP TRIGGER audit_protect_rows ON audit_auditrecord;
DROP FUNCTION audit_protect();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditPending',
            fields=[
                ('record_id', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': '待封存记录',
            },
        ),
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                ('actor_id', models.BigIntegerField(blank=True, db_index=True, null=True, verbose_name='人员编号')),
                ('actor_name', models.CharField(blank=True, max_length=60, verbose_name='人员')),
                ('action', models.CharField(db_index=True, max_length=60, verbose_name='动作')),
                ('subject', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='对象')),
                ('subject_label', models.CharField(blank=True, max_length=200, verbose_name='对象名称')),
                ('data', models.JSONField(default=dict, verbose_name='内容')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='请求编号')),
                ('address', models.CharField(blank=True, max_length=64, verbose_name='来源地址')),
            ],
            options={
                'verbose_name': '审计记录',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='封存号')),
                ('record_id', models.BigIntegerField(unique=True, verbose_name='记录编号')),
                ('content', models.CharField(blank=True, max_length=64, verbose_name='内容摘要')),
                ('digest', models.CharField(max_length=64, verbose_name='链摘要')),
                ('sealed_at', models.DateTimeField(verbose_name='封存时间')),
            ],
            options={
                'verbose_name': '审计封存',
                'ordering': ('number',),
            },
        ),
        migrations.RunSQL(PROTECT, RELEASE),
    ]
