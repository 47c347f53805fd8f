"""Large imports keep what a person chose for heads and texts in their preview, to be read again with it."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0039_shapes_of_deleted_plots_go_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='queuedimport',
            name='answers',
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name='选定的含义'),
        ),
        migrations.AddField(
            model_name='queuedimport',
            name='heads',
            field=models.JSONField(blank=True, db_default={}, default=dict, verbose_name='选定的列'),
        ),
    ]
