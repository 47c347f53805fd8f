"""A trigram index of the names by which districts are found, where the server has ``pg_trgm`` (its image has; the wheel of tests and demo has not).

Under the collation C trigrams are of Latin letters only: the index serves pinyin and initials, Chinese characters are found without it.
"""

from django.db import migrations

INSTALLABLE = """
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
    OR (
        EXISTS (SELECT FROM pg_available_extension_versions WHERE name = 'pg_trgm' AND trusted)
        AND has_database_privilege(current_user, current_database(), 'CREATE')
    )
"""


def create(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(INSTALLABLE)
        if cursor.fetchone()[0]:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute("CREATE INDEX district_search_trigrams ON districts_district USING gin (search_text gin_trgm_ops)")


def drop(apps, schema_editor):
    schema_editor.execute("DROP INDEX IF EXISTS district_search_trigrams")


class Migration(migrations.Migration):

    dependencies = [("districts", "0007_both_names_outside_steps")]

    operations = [migrations.RunPython(create, drop)]
