"""Announcements from before the portal keep their own words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0019_records_checked_before")]
    operations = [
        migrations.AddField(
            model_name="announcement",
            name="text",
            field=models.TextField(blank=True, default="", help_text="of an announcement before the portal, without its table", verbose_name="公告原文"),
        ),
    ]
