"""What is asked about a row of the three lists beside the other rows of its district."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from districts.file.models.district import District
from districts.plausibility.district_sizes import HA_PER_KM2
from districts.plausibility.findings import PlausibilityFinding, limits_of
from districts.plausibility.plot_sizes import LABELS, PlotSizes, PlotSurroundings, asked_of_plot, asked_of_plot_days
from districts.plausibility.undertakings import PROJECT_DAYS, WORK_DAYS, ProjectFigures, asked_of_project, asked_of_work
from districts.plot_map.models import PlotShape
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.core import clock
from greendistrict.policy import parameters

FIGURES: Mapping[type, tuple[str, ...]] = {
    Plot: ("area_ha", "floor_area", "land_use_code", *LABELS),
    Work: ("length_m", *WORK_DAYS),
    KeyProject: ("investment", "state", *PROJECT_DAYS),
}
Stored = Mapping[str, Any]


def figures_of(row: Plot | Work | KeyProject) -> Stored:
    """Figures and days that are asked about when they change."""
    return {name: getattr(row, name) for name in FIGURES[type(row)]}


def questions_of(row: Plot | Work | KeyProject, before: Stored, plots: Iterable[str] | None = None) -> list[PlausibilityFinding]:
    """Questions about a row; ``before`` are its stored figures, ``plots`` the numbers typed for a project (None: as stored)."""
    if isinstance(row, Plot):
        return asked_of(row, before, surroundings(row.district, row.pk))
    if isinstance(row, Work):
        return _of_work(row, before)
    return _of_project(row, before, plots)


def asked_of(plot: Plot, before: Stored, around: PlotSurroundings) -> list[PlausibilityFinding]:
    """Questions about a plot among given surroundings, of its sizes and of its days where these changed."""
    found: list[PlausibilityFinding] = []
    if any(getattr(plot, name) != before.get(name) for name in ("area_ha", "floor_area", "land_use_code")):
        stored = PlotSizes(before.get("land_use_code") or "", before.get("area_ha"), before.get("floor_area"))
        found += asked_of_plot(_sizes(plot), stored, around, limits_of(parameters.load()))
    if any(getattr(plot, name) != before.get(name) for name in LABELS):
        found += asked_of_plot_days(_days(plot, LABELS), clock.today())
    return found


def surroundings(district: District, own: int | None) -> PlotSurroundings:
    """What a plot (``own``, None for a new one) is compared with; two queries."""
    others = district.plots.exclude(pk=own or 0).values_list("land_use_code", "area_ha", "floor_area")
    drawn = PlotShape.objects.filter(plot_id=own).values_list("area_ha", flat=True).first() if own else None
    whole = None if district.area_km2 is None else district.area_km2 * HA_PER_KM2
    return PlotSurroundings([PlotSizes(*one) for one in others], drawn, whole)


def _sizes(plot: Plot) -> PlotSizes:
    return PlotSizes(plot.land_use_code, plot.area_ha, plot.floor_area)


def _days(row: Plot | Work | KeyProject, names: Collection[str]) -> dict[str, dt.date | None]:
    return {name: getattr(row, name) for name in names}


def _of_work(work: Work, before: Stored) -> list[PlausibilityFinding]:
    area, days = work.district.area_km2, _days(work, WORK_DAYS)
    return asked_of_work(work.length_m, before.get("length_m"), days, area, limits=limits_of(parameters.load()), today=clock.today())


def _of_project(project: KeyProject, before: Stored, numbers: Iterable[str] | None) -> list[PlausibilityFinding]:
    sites = project.district.plots.filter(number__in=list(numbers)) if numbers is not None else project.plots.all() if project.pk else None
    floor: Decimal | None = sites.aggregate(floor=Sum("floor_area"))["floor"] if sites is not None else None
    made = ProjectFigures(project.investment, floor, project.state, _days(project, PROJECT_DAYS))
    return asked_of_project(made, before.get("investment"), limits_of(parameters.load()), clock.today())
