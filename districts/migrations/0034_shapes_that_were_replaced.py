"""Shapes of plots that are replaced are kept; what was confirmed about a shape is kept with it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds table and column."""

    dependencies = [
        ('districts', '0033_outlines_confirmed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='plotshape',
            name='confirmed',
            field=models.JSONField(blank=True, db_default=models.Value([], output_field=models.JSONField()), default=list, verbose_name='确认过的疑点'),
        ),
        migrations.AddField(
            model_name='plotshape',
            name='reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='事由'),
        ),
        migrations.CreateModel(
            name='FormerShape',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('geometry', models.JSONField(verbose_name='图形')),
                ('path', models.TextField(verbose_name='示意路径')),
                ('west', models.IntegerField(verbose_name='西')),
                ('top', models.IntegerField(verbose_name='北')),
                ('east', models.IntegerField(verbose_name='东')),
                ('bottom', models.IntegerField(verbose_name='南')),
                ('area_ha', models.DecimalField(decimal_places=4, max_digits=10, verbose_name='图形面积')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('confirmed', models.JSONField(blank=True, db_default=models.Value([], output_field=models.JSONField()), default=list, verbose_name='确认过的疑点')),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='事由')),
                ('entered_at', models.DateTimeField(verbose_name='登记时间')),
                ('entered_by_principal', models.CharField(blank=True, db_default='', default='', editable=False, max_length=60, verbose_name='委托人')),
                ('ended_at', models.DateTimeField(verbose_name='替换时间')),
                ('ended_by_principal', models.CharField(blank=True, db_default='', default='', editable=False, max_length=60, verbose_name='委托人')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='替换人')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('plot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_shapes', to='districts.plot')),
            ],
            options={
                'verbose_name': '地块的原图形',
                'ordering': ('plot', '-ended_at', '-pk'),
            },
        ),
    ]
