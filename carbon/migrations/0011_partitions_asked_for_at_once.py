"""The function that makes a partition looks again under its lock, where the first look may have been remembered."""

from django.db import migrations

BEFORE = """
CREATE OR REPLACE FUNCTION carbon_make_reading_partition(month date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    part text := 'carbon_meterreading_' || to_char(date_trunc('month', month), 'YYYY_MM');
BEGIN
    IF first < DATE '1992-01-01' OR first > DATE '2199-12-01' THEN
        RAISE EXCEPTION 'no readings in %', first USING ERRCODE = 'check_violation';
    END IF;
    IF to_regclass('public.' || part) IS NOT NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('carbon_meterreading'));
    IF to_regclass('public.' || part) IS NOT NULL THEN
        RETURN 0;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.carbon_meterreading)', part);
    EXECUTE format('ALTER TABLE public.carbon_meterreading ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        part, first || ' 00:00:00+08', (first + interval '1 month')::date || ' 00:00:00+08');
    RETURN 1;
END $$;
"""
AFTER = """
CREATE OR REPLACE FUNCTION carbon_make_reading_partition(month date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    part text := 'carbon_meterreading_' || to_char(date_trunc('month', month), 'YYYY_MM');
BEGIN
    IF first < DATE '1992-01-01' OR first > DATE '2199-12-01' THEN
        RAISE EXCEPTION 'no readings in %', first USING ERRCODE = 'check_violation';
    END IF;
    IF to_regclass('public.' || part) IS NOT NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('carbon_meterreading'));
    -- to_regclass would answer from what this session remembers; the lock lets nobody else's changes in, a query does.
    IF EXISTS (SELECT FROM pg_class WHERE relname = part AND relnamespace = 'public'::regnamespace) THEN
        RETURN 0;
    END IF;
    EXECUTE format('CREATE TABLE IF NOT EXISTS public.%I (LIKE public.carbon_meterreading)', part);
    EXECUTE format('ALTER TABLE public.carbon_meterreading ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        part, first || ' 00:00:00+08', (first + interval '1 month')::date || ' 00:00:00+08');
    RETURN 1;
END $$;
"""


class Migration(migrations.Migration):
    """The function is replaced; back to the one before."""

    dependencies = [
        ("carbon", "0010_sums_of_years"),
    ]

    operations = [
        migrations.RunSQL(AFTER, BEFORE),
    ]
