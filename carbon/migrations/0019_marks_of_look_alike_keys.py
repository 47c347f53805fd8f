"""Marks for rows whose key is only written otherwise than that of another row; they stay, and migrate names them."""

from django.db import migrations, models

from greendistrict.core.folded_rows import marking

KEYS: dict[str, tuple[str, tuple[str, ...]]] = {"Meter": ("code", ("district",))}


class Migration(migrations.Migration):
    """Fields, then data."""

    dependencies = [("carbon", "0018_taken_over_rows_wait")]

    operations = [
        *(
            migrations.AddField(
                model.lower(),
                "looks_like_another",
                models.BooleanField("与别的只是写法不同", db_default=False, default=False, editable=False),
            )
            for model in KEYS
        ),
        migrations.RunPython(marking("carbon", KEYS), migrations.RunPython.noop),
    ]
