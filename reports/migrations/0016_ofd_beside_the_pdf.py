"""Jobs tell how the conversion of their PDF to OFD goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """When it was asked for, and why none was made."""

    dependencies = [
        ("reports", "0015_former_papers_are_their_askers"),
    ]

    operations = [
        migrations.AddField(
            model_name="exportjob",
            name="ofd_asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="转换为OFD的时间"),
        ),
        migrations.AddField(
            model_name="exportjob",
            name="ofd_error",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="没有转换成OFD的原因"),
        ),
    ]
