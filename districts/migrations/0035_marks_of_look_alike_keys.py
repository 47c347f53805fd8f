"""Marks for rows whose key is only written otherwise than that of another row; they stay, and migrate names them."""

from django.db import migrations, models

from greendistrict.core.folded_rows import marking

KEYS: dict[str, tuple[str, tuple[str, ...]]] = {"District": ("name", ()), "SubArea": ("name", ("district",)), "DistrictPaper": ("title", ("district",)), "RenewalProject": ("name", ("district",))}


class Migration(migrations.Migration):
    """Fields, then data."""

    dependencies = [("districts", "0034_shapes_that_were_replaced")]

    operations = [
        *(
            migrations.AddField(
                model.lower(),
                "looks_like_another",
                models.BooleanField("与别的只是写法不同", db_default=False, default=False, editable=False),
            )
            for model in KEYS
        ),
        migrations.RunPython(marking("districts", KEYS), migrations.RunPython.noop),
    ]
