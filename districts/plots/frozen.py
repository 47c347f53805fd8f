"""Plots of the frozen pilot baseline: only an approved change case changes their number, land use and areas (八（三）)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from districts.common.enums import BaselineKind, PlotChangeKind
from districts.file.models.district import District
from districts.file.services import label_of
from districts.plots.models import Plot
from districts.plots.succession import touched
from greendistrict.core.errors import Refusal

# Fields that a baseline freezes and a change of plots alters; an empty one can still be filled in.
FIXED = ("number", "land_use", "land_use_code", "area_ha", "floor_area")


def pilot_rows(district: District, name: str) -> frozenset[int]:
    """Rows of one list (``plots``, ``key_projects``, ``works``) in the newest pilot baseline, by key; one query."""
    # Through the relation, because baselines are built upon plots.
    frozen = district.baselines.filter(kind=BaselineKind.PILOT).order_by("-number")
    return frozenset(row["id"] for row in frozen.values_list(f"content__{name}", flat=True).first() or ())


def frozen_among(district: District, plots: Iterable[Plot]) -> list[Plot]:
    """Those in the newest pilot baseline, and those that stand for one of it."""
    held = pilot_rows(district, "plots")
    return [plot for plot in plots if plot.pk in held or held & touched([plot.origins])]


def altered(plot: Plot, values: Mapping[str, Any]) -> list[str]:
    """Fields of a stored plot that a baseline fixes and these values would overwrite."""
    return [name for name in FIXED if name in values and (before := getattr(plot, name)) not in (None, "") and before != values[name]]


def fixed_words(name: str) -> str:
    """Why such a field of a plot of the baseline stays, in words."""
    return f"{label_of(Plot(), name)}已列入试点基线，不能直接修改；确需调整须经变更办理"


def fixed_problems(plot: Plot, values: Mapping[str, Any]) -> list[Refusal]:
    """Refusals, each at its field, of values that would alter a plot of the pilot baseline; no query where nothing of it changes."""
    names = altered(plot, values) if plot.pk else []
    if not names or not frozen_among(plot.district, [plot]):
        return []
    kind = PlotChangeKind.RENUMBER if names == ["number"] else PlotChangeKind.PLAN
    page = reverse("districts:plot_change", args=[plot.district.code, plot.pk, kind])
    return [Refusal(fixed_words(name), remedy="提出变更，经市级批准后登记", field=name, href=page) for name in names]
