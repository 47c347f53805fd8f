"""Day that a matter had before a decision moved it there."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('obligations', '0006_reminders_of_before'),
    ]

    operations = [
        migrations.AddField(
            model_name='exemption',
            name='was',
            field=models.DateField(blank=True, help_text='where the day is stored with the matter and was moved there', null=True, verbose_name='原期限'),
        ),
        migrations.AddConstraint(
            model_name='exemption',
            constraint=models.CheckConstraint(condition=models.Q(('was__isnull', True), ('extended_to__gt', models.F('was')), _connector='OR'), name='a_stored_day_moves_to_a_later_one'),
        ),
    ]
