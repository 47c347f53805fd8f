"""Reconsiderations by the simplified procedure, and since when the ordinary one applies."""

from django.db import migrations, models

NOTE = "行政复议机关通知适用简易程序的勾选"


class Migration(migrations.Migration):
    """Columns."""

    dependencies = [("outreach", "0013_filings_held_apart")]

    operations = [
        migrations.AddField("disclosureremedy", "ordinary_on", models.DateField(blank=True, null=True, verbose_name="转为普通程序日期")),
        migrations.AddField(
            "disclosureremedy",
            "simplified",
            models.BooleanField(db_default=False, default=False, help_text=NOTE, verbose_name="适用简易程序"),
        ),
    ]
