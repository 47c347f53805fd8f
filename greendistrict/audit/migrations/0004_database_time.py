"""The database's own time of each record and seal, whatever the writer says; rows from before have none."""

from django.db import migrations, models

STAMP = """
CREATE FUNCTION audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stored_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER audit_stamp_row BEFORE INSERT ON audit_auditrecord FOR EACH ROW EXECUTE FUNCTION audit_stamp();
CREATE TRIGGER audit_stamp_row BEFORE INSERT ON audit_auditseal FOR EACH ROW EXECUTE FUNCTION audit_stamp();
"""
RELEASE = """
DROP TRIGGER audit_stamp_row ON audit_auditseal;
DROP TRIGGER audit_stamp_row ON audit_auditrecord;
DROP FUNCTION audit_stamp();
"""


class Migration(migrations.Migration):
    """Adds both columns, and the trigger that fills them."""

    dependencies = [
        ("audit", "0003_archives"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditrecord",
            name="stored_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="数据库时间"),
        ),
        migrations.AddField(
            model_name="auditseal",
            name="stored_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="数据库时间"),
        ),
        migrations.RunSQL(STAMP, RELEASE),
    ]
