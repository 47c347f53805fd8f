"""Rows whose key another row of the district had first, written otherwise: they stay as they are, marked, and migrate names them."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from greendistrict.core.folded_keys import Folded

KEYS = {"Plot": "number", "KeyProject": "name", "Work": "name"}


def mark(apps: StateApps, _schema: object) -> None:
    """All but the first of those that look alike, by the very expression of the constraint."""
    for name, key in KEYS.items():
        model = apps.get_model("districts", name)
        counted = model._base_manager.filter(**({"ended_by": None} if name == "Plot" else {})).annotate(
            place=Window(RowNumber(), partition_by=[F("district"), Folded(key)], order_by="pk")
        )
        later = [row for row in counted.values_list("pk", "district__name", key, "place") if row[-1] > 1]
        model._base_manager.filter(pk__in=[row[0] for row in later]).update(looks_like_another=True)
        for _, district, typed, _ in later:
            print(f"\n    {name} {typed!r} of {district}: another one differs in width, case, dashes or blanks only; merge or rename it", end="")


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("districts", "0026_keys_that_look_alike")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
