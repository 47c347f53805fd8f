"""A volume of the archive that was handed over is changed by nobody, nor are its items; fiction may still be deleted."""

from django.db import migrations

LOCK = """
CREATE FUNCTION archive_volume_protect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.number IS NOT NULL AND NOT OLD.is_demo THEN
            RAISE EXCEPTION 'a numbered or handed over volume stays';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status = 'handed_over' AND to_jsonb(OLD) - 'version' <> to_jsonb(NEW) - 'version' THEN
        RAISE EXCEPTION 'a volume that was handed over stays as it is';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER archive_volume_protect_rows BEFORE UPDATE OR DELETE ON reports_archivevolume
    FOR EACH ROW EXECUTE FUNCTION archive_volume_protect();

CREATE FUNCTION archive_item_protect() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    volumes bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        volumes := ARRAY[NEW.volume_id];
    ELSIF TG_OP = 'DELETE' THEN
        volumes := ARRAY[OLD.volume_id];
    ELSE
        volumes := ARRAY[OLD.volume_id, NEW.volume_id];
    END IF;
    PERFORM 1 FROM reports_archivevolume v
        WHERE v.id = ANY (volumes) AND v.status = 'handed_over' AND NOT (TG_OP = 'DELETE' AND v.is_demo);
    IF FOUND THEN
        RAISE EXCEPTION 'items of a volume that was handed over stay as they are';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER archive_item_protect_rows BEFORE INSERT OR UPDATE OR DELETE ON reports_archiveitem
    FOR EACH ROW EXECUTE FUNCTION archive_item_protect();
"""
RELEASE = """
DROP TRIGGER archive_item_protect_rows ON reports_archiveitem;
DROP FUNCTION archive_item_protect();
DROP TRIGGER archive_volume_protect_rows ON reports_archivevolume;
DROP FUNCTION archive_volume_protect();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0008_archive_volumes'),
    ]

    operations = [
        migrations.RunSQL(LOCK, RELEASE),
    ]
