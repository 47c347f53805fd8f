from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0021_verifying_bodies_are_called_one_word"),
    ]

    operations = [
        migrations.AddField(
            model_name="yearlyreport",
            name="explained",
            field=models.JSONField(
                blank=True, default=dict, help_text="key of a difference → explanation", verbose_name="与平台数据不同的说明"
            ),
        ),
    ]
