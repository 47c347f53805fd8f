"""What is asked about a row of the three lists beside the other rows of its district."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from districts.plausibility.findings import PlausibilityFinding, limits_of
from districts.plausibility.plot_sizes import LABELS
from districts.plausibility.services import Questions
from districts.plausibility.undertakings import PROJECT_DAYS, WORK_DAYS
from districts.plots.models import Plot
from districts.plots.questions import SIZES, asked_of, surroundings
from districts.projects.models import KeyProject, Work
from districts.projects.questions import asked_of_key_project, asked_of_listed_work
from greendistrict.policy import parameters

FIGURES: Mapping[type, tuple[str, ...]] = {
    Plot: (*SIZES, *LABELS),
    Work: ("length_m", *WORK_DAYS),
    KeyProject: ("investment", "state", *PROJECT_DAYS),
}


def figures_of(row: Plot | Work | KeyProject) -> Mapping[str, Any]:
    """Figures and days that are asked about when they change."""
    return {name: getattr(row, name) for name in FIGURES[type(row)]}


def questions_about(row: Plot | Work | KeyProject, today: dt.date, numbers: Iterable[str] | None = None) -> Questions[Any]:
    """What is asked about a row; ``numbers`` are those of the plots typed for a project (None: as stored)."""
    limits = limits_of(parameters.load())
    if isinstance(row, Plot):
        around = surroundings(row.district, row.pk)
        return lambda now, stored: asked_of(now, stored, around, limits=limits, today=today)
    if isinstance(row, Work):
        return lambda now, stored: asked_of_listed_work(now, stored, row.district.area_km2, limits=limits, today=today)

    def of_project(now: KeyProject, stored: KeyProject | None) -> Iterable[PlausibilityFinding]:
        return asked_of_key_project(now, stored, _floor_of(now, numbers if now is row else None), limits=limits, today=today)

    return of_project


def _floor_of(project: KeyProject, numbers: Iterable[str] | None) -> Decimal | None:
    """Floor of the plots of a project in m²; None if it is unknown."""
    if numbers is not None:
        sites = project.district.plots.filter(number__in=list(numbers))
    elif project.pk:
        sites = project.plots.all()
    else:
        return None
    floor: Decimal | None = sites.aggregate(floor=Sum("floor_area"))["floor"]
    return floor
