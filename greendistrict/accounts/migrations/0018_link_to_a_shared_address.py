"""A link to an address that another account has names that account, as its keeper confirmed it to be the same person's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty for links asked for before."""

    dependencies = [
        ("accounts", "0017_people_and_bodies_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="passwordlink",
            name="same_person",
            field=models.ForeignKey(
                blank=True,
                help_text="holds the address, as asked",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="同一个人的账号",
            ),
        ),
    ]
