"""A key stands once however it is written; rows that were marked as look-alikes are left out."""

from django.db import migrations, models

from greendistrict.core.folded_keys import Folded

CONSTRAINTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("district", "district_name_once_folded", (), "name"),
    ("subarea", "sub_area_once_folded", ("district",), "name"),
    ("districtpaper", "district_paper_once_folded", ("district",), "title"),
    ("renewalproject", "renewal_project_once_folded", ("district",), "name"),
)


class Migration(migrations.Migration):
    """Constraints."""

    dependencies = [("districts", "0036_mark_keys_that_look_alike")]

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
