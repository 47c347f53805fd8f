"""The digest of a draft that was handed over is told by its edition, no longer kept beside it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0004_drafts_entered_chapter_by_chapter'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='entrydraft',
            name='handed_digest',
        ),
    ]
