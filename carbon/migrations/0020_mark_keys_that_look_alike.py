"""Marks rows whose key is only written otherwise than that of another row; they stay, and migrate names them."""

from django.db import migrations

from greendistrict.core.folded_rows import marking

KEYS: dict[str, tuple[str, tuple[str, ...]]] = {"Meter": ("code", ("district",))}


class Migration(migrations.Migration):
    """Data."""

    dependencies = [("carbon", "0019_marks_of_look_alike_keys")]

    operations = [migrations.RunPython(marking("carbon", KEYS), migrations.RunPython.noop)]
