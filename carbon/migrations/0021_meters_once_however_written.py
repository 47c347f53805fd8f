"""A key stands once however it is written; rows that were marked as look-alikes are left out."""

from django.db import migrations, models

from greendistrict.core.folded_keys import Folded

CONSTRAINTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("meter", "meter_code_once_folded", ("district",), "code"),
)


class Migration(migrations.Migration):
    """Constraints."""

    dependencies = [("carbon", "0020_mark_keys_that_look_alike")]

    operations = [
        migrations.AddConstraint(
            model,
            models.UniqueConstraint(
                *within,
                Folded(key),
                condition=models.Q(looks_like_another=False),
                name=name,
                violation_error_message="已有只是写法不同",
            ),
        )
        for model, name, within, key in CONSTRAINTS
    ]
