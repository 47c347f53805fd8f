"""Shapes of plots that are deleted are kept, as those of the district and the number."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0037_names_once_however_written'),
    ]

    operations = [
        migrations.AddField(
            model_name='formershape',
            name='deleted_from',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='districts.district', verbose_name='删除地块的城区'),
        ),
        migrations.AddField(
            model_name='formershape',
            name='deleted_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='删除时的地块编号'),
        ),
        migrations.AlterField(
            model_name='formershape',
            name='plot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_shapes', to='districts.plot'),
        ),
        migrations.AddConstraint(
            model_name='formershape',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deleted_from__isnull', True), ('plot__isnull', False)), models.Q(('deleted_from__isnull', False), ('plot__isnull', True)), _connector='OR'), name='former_shape_of_one_district'),
        ),
    ]
