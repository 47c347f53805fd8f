"""A volume holds reports that the portal makes as well."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0010_confidentiality'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='archiveitem',
            name='archive_item_kind_known',
        ),
        migrations.AlterField(
            model_name='archiveitem',
            name='kind',
            field=models.CharField(choices=[('file', '材料'), ('letter', '文书参考稿'), ('report', '平台报告')], max_length=10, verbose_name='种类'),
        ),
        migrations.AddConstraint(
            model_name='archiveitem',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['file', 'letter', 'report'])), name='archive_item_kind_known'),
        ),
    ]
