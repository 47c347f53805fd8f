from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('assessments', '0003_versions_of_self_checks_tables_and_shares'),
    ]

    operations = [
        migrations.AlterField(
            model_name='inspectionfinding',
            name='rule',
            field=models.CharField(blank=True, max_length=40, verbose_name='政策条款'),
        ),
    ]
