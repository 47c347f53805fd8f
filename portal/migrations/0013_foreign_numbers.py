"""The number that a case has in 一网通办, beside its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own; undone, the numbers are gone and cases stand as before."""

    dependencies = [
        ('approvals', '0034_certainty_of_editions'),
        ('portal', '0012_adapters'),
    ]

    operations = [
        migrations.CreateModel(
            name='ForeignNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=100, unique=True, verbose_name='一网通办编号')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='foreign_number', to='approvals.case', verbose_name='办件')),
            ],
            options={
                'verbose_name': '一网通办编号',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='foreign_number_given')],
            },
        ),
    ]
