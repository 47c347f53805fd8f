"""Rendered rows of the plot list, cached by everything that they show."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from districts.file.models.district import District
from districts.plots.selectors.board import PlotRow
from greendistrict.core.fragments import written

PLACE = 0  # placeholder for the primary key; no plot has it


def lines_of(district: District, rows: Iterable[PlotRow], *, first: int = 1, editable: bool = False, back: str = "") -> list[SafeString]:
    """Rows as HTML, numbered from ``first``; for editors with a link to the form, which returns to ``back``."""
    control, edit = (reverse(f"districts:{name}", args=[district.code, PLACE]) for name in ("plot_control", "plot_edit"))
    query = f"?{urlencode({'next': back})}" if back else ""
    return [
        written(
            "districts/plots/_plot_row.html",
            place=place,
            href=control.replace(f"/{PLACE}/", f"/{row.plot.pk}/"),
            edit=f"{edit.replace(f'/{PLACE}/', f'/{row.plot.pk}/')}{query}" if editable else "",
            step=row.step,
            tone=row.tone,
            late=row.late,
            acquisition=row.plot.get_acquisition_display(),
            **{name: getattr(row.plot, name) for name in SHOWN},
        )
        for place, row in enumerate(rows, start=first)
    ]


SHOWN = ("number", "sub_area", "land_use", "land_use_code", "area_ha", "floor_area", "acquired_on", "built_on", "conforms", "lineage")
