"""Values of score-table clauses derived from plots and key projects, for prefilling."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from districts.common.enums import ProjectState
from districts.file.models.district import District
from districts.land.green_indicators import indicators, is_worse
from districts.plots.models import PlotIndicator
from districts.projects.models import KeyProject
from greendistrict.core.rounding import half_up
from greendistrict.policy import yaml_file

DATA = Path(__file__).resolve().parent.parent / "data" / "prefill.yaml"
PLANNING = "planning"
TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True)
class SourcedValue:
    """A value in the stored form of the score table, with its source in words."""

    value: Any
    source: str


@cache
def _clauses() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    data: Mapping[str, Mapping[str, Mapping[str, Any]]] = yaml_file.read(DATA)
    return data


def clauses(edition: str, stage: str) -> frozenset[str]:
    """Clauses of the edition that plots and key projects can fill in a stage; no query."""
    return frozenset(clause for clause, how in _clauses().get(edition, {}).items() if stage != PLANNING or how["measure"] != "on_time")


def values_by_clause(district: District, edition: str, stage: str, on: dt.date) -> dict[str, SourcedValue]:
    """Values by clause of the edition for a stage (``planning`` or ``operation``) as known on a day; two queries."""
    wanted = _clauses().get(edition, {})
    if not wanted:
        return {}
    plots = _plots(district, stage, on)
    found: dict[str, SourcedValue] = {}
    for clause, how in wanted.items():
        given = _on_time(district, stage, on) if how["measure"] == "on_time" else _over_plots(plots, how, stage)
        if given is not None:
            found[clause] = given
    return found


def _plots(district: District, stage: str, on: dt.date) -> dict[str, list[tuple[str, Decimal]]] | None:
    """Values by indicator of the plots that count, each with its floor area in m²; None without such plots or with an unknown area."""
    plots = district.plots.filter(buildable=True)
    if stage != PLANNING:
        plots = plots.filter(built_on__isnull=False, built_on__lte=on)
    floors = dict(plots.values_list("pk", "floor_area"))
    if not floors or not all(floors.values()):
        return None
    column = "designed" if stage == PLANNING else "built"
    rows = PlotIndicator.objects.filter(plot__in=plots).exclude(**{column: ""}).values_list("key", "plot_id", column)
    found: dict[str, list[tuple[str, Decimal]]] = {key: [] for key in indicators()}
    for key, plot_id, value in rows:
        found[key].append((value, floors[plot_id] or Decimal(0)))
    return {key: values for key, values in found.items() if len(values) == len(floors)}


def _over_plots(plots: Mapping[str, list[tuple[str, Decimal]]] | None, how: Mapping[str, Any], stage: str) -> SourcedValue | None:
    values = (plots or {}).get(how["indicator"])
    if not values:
        return None
    source = f"{len(values)}个地块的{'设计值' if stage == PLANNING else '建成值'}"
    total = sum((floor for _, floor in values), Decimal(0))
    if how["measure"] == "mean":
        mean = sum((Decimal(value) * floor for value, floor in values), Decimal(0)) / total
        return SourcedValue(_text(mean, 1), f"{source}按建筑面积加权")
    known = indicators()[how["indicator"]]
    part = sum((floor for value, floor in values if not is_worse(known, value, how["at"])), Decimal(0))
    return SourcedValue({"a": _text(part / TEN_THOUSAND, 2), "b": _text(total / TEN_THOUSAND, 2)}, source)


def _text(number: Decimal, places: int) -> str:
    return f"{half_up(number, places).normalize() + 0:f}"


def _on_time(district: District, stage: str, on: dt.date) -> SourcedValue | None:
    """Share of projects due by the day whose milestone was met in time; None if a state lacks its day."""
    if stage == PLANNING:
        return None
    due = [project for project in district.key_projects.all() if project.planned_start and project.planned_start <= on]
    if not due or any(_lacks_day(project) for project in due):
        return None
    met = sum(_is_on_time(project, on) for project in due)
    return SourcedValue({"a": str(met), "b": str(len(due))}, f"{len(due)}个近期重点项目的计划与实际日期")


def _lacks_day(project: KeyProject) -> bool:
    over = project.state in (ProjectState.COMPLETED, ProjectState.IN_USE)
    return (project.state != ProjectState.PLANNED and not project.started_on) or (over and not project.finished_on)


def _is_on_time(project: KeyProject, on: dt.date) -> bool:
    pairs = ((project.planned_start, project.started_on), (project.planned_finish, project.finished_on))
    return all(actual is not None and actual <= planned for planned, actual in pairs if planned and planned <= on)
