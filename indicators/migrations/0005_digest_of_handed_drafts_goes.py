"""The digest of a draft that was handed over is told by its edition, no longer kept beside it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0004_drafts_entered_chapter_by_chapter'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='entrydraft', name='handed_digest')],
            database_operations=[
                migrations.RunSQL(  # checkouts of a few hours made the table without the column
                    "ALTER TABLE indicators_entrydraft DROP COLUMN IF EXISTS handed_digest",
                    "ALTER TABLE indicators_entrydraft ADD COLUMN handed_digest varchar(64) DEFAULT '' NOT NULL",
                ),
            ],
        ),
    ]
