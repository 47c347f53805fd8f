"""The time of a mail stands with its delivery."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_mails_are_deliveries'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='notification',
            name='mailed_at',
        ),
    ]
