from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0010_digests_are_named_as_such")]

    operations = [
        migrations.AddField("inspection", "planned_on", models.DateField(blank=True, null=True, verbose_name="计划检查日期")),
    ]
