"""A proposed setting names the day from which it counts."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0005_shelved_cases_are_named_so'),
    ]

    operations = [
        migrations.AddField(
            model_name='settingproposal',
            name='effective_on',
            field=models.DateField(blank=True, help_text='without it from the day of the decision', null=True, verbose_name='生效日期'),
        ),
    ]
