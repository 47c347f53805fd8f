"""Name and code of an organisation are held by the constraints that hold other such keys; only their words in the program differ."""

from django.db import migrations, models

from greendistrict.core.folded_keys import Folded


class Migration(migrations.Migration):
    """Nothing changes in the database."""

    dependencies = [("accounts", "0018_link_to_a_shared_address")]

    operations = [
        migrations.AlterConstraint(
            "organisation",
            name,
            models.UniqueConstraint(
                Folded(key), condition=models.Q(looks_like_another=False), name=name, violation_error_message="已有只是写法不同"
            ),
        )
        for name, key in (("organisation_name_once", "name"), ("organisation_code_once", "code"))
    ]
