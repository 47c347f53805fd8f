"""Marks rows whose key is only written otherwise than that of another row; they stay, and migrate names them."""

from django.db import migrations

from greendistrict.core.folded_rows import marking

KEYS: dict[str, tuple[str, tuple[str, ...]]] = {"District": ("name", ()), "SubArea": ("name", ("district",)), "DistrictPaper": ("title", ("district",)), "RenewalProject": ("name", ("district",))}


class Migration(migrations.Migration):
    """Data."""

    dependencies = [("districts", "0035_marks_of_look_alike_keys")]

    operations = [migrations.RunPython(marking("districts", KEYS), migrations.RunPython.noop)]
