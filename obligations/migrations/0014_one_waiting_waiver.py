"""One waiver of an obligation waits for its check at a time; added once those of before are marked."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("obligations", "0013_waivers_checked_before")]

    operations = [
        migrations.AddConstraint(
            model_name='exemption',
            constraint=models.UniqueConstraint(condition=models.Q(('checked_at__isnull', True), ('extended_to__isnull', True), ('returned_at__isnull', True)), fields=('obligation',), name='one_waiver_waits_per_obligation'),
        ),
    ]
