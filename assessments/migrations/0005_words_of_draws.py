"""A draw's seed has a digest (种子校验值); 承诺 is the letter that an expert signs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_name_of_a_findings_rule")]

    operations = [
        migrations.AlterField(model_name="draw", name="committed_at", field=models.DateTimeField("校验值登记时间")),
        migrations.AlterField(model_name="draw", name="secret_digest", field=models.CharField("种子校验值", max_length=64)),
        migrations.AlterField(model_name="sampledraw", name="committed_at", field=models.DateTimeField("校验值登记时间")),
        migrations.AlterField(model_name="sampledraw", name="secret_digest", field=models.CharField("种子校验值", max_length=64)),
    ]
