from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0016_current_clause_of_meetings"),
    ]

    operations = [
        migrations.AddField(
            model_name="yearlyreport",
            name="text",
            field=models.JSONField(
                blank=True, default=dict, help_text="section key → text, of the kind that is written here", verbose_name="报告正文"
            ),
        ),
        migrations.AddField(
            model_name="yearlyreport",
            name="text_version",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
