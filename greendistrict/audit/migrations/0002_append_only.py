"""The database itself refuses to change, delete or empty audit records; sealing an unsealed one is the only change."""

from django.db import migrations

PROTECT = """
CREATE FUNCTION audit_protect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.digest = '' AND NEW.digest <> ''
        AND (to_jsonb(NEW) - 'digest' - 'previous') = (to_jsonb(OLD) - 'digest' - 'previous') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;  -- test databases are emptied between tests
    END IF;
    RAISE EXCEPTION 'audit records are append-only';
END $$;
CREATE TRIGGER audit_protect_rows BEFORE UPDATE OR DELETE ON audit_auditrecord
    FOR EACH ROW EXECUTE FUNCTION audit_protect();
CREATE TRIGGER audit_protect_table BEFORE TRUNCATE ON audit_auditrecord
    FOR EACH STATEMENT EXECUTE FUNCTION audit_protect();
"""
RELEASE = """
DROP TRIGGER audit_protect_table ON audit_auditrecord;
DROP TRIGGER audit_protect_rows ON audit_auditrecord;
DROP FUNCTION audit_protect();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(PROTECT, RELEASE)]
