"""Columns that the people of a body chose for heads of its sheets."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_link_to_a_shared_address'),
        ('documents', '0010_stripped_content'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChosenHeads',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='导入')),
                ('heads', models.JSONField(db_default={}, default=dict, verbose_name='选定的列')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation', verbose_name='单位')),
            ],
            options={
                'verbose_name': '选定的表头',
                'ordering': ('kind', 'organisation'),
                'constraints': [models.UniqueConstraint(fields=('kind', 'organisation'), name='chosen_heads_once')],
            },
        ),
    ]
