from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('districts', '0012_ticks_become_sections'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='specialplan',
            name='diagnosis_parts',
        ),
        migrations.RemoveField(
            model_name='specialplan',
            name='indicator_dimensions',
        ),
        migrations.RemoveField(
            model_name='specialplan',
            name='positioning',
        ),
        migrations.RemoveField(
            model_name='specialplan',
            name='scheme_dimensions',
        ),
    ]
