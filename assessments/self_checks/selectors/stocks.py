"""Plots, key projects and works of a district as they stood at the end of a year, in sentences that yearly papers share."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.self_checks.report import LiveFigure
from districts.plot_changes.selectors import plots_of
from districts.plots.selectors.as_of_day import PlotOnDay, totals_on
from districts.projects.models import KeyProject
from districts.projects.selectors import ProjectOnDay, projects_on, totals_of_projects, works_on
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed

Words = Callable[[Any, int, dt.date], str]

LISTS: Mapping[str, Callable[[int, dt.date], Sequence[Any]]] = {
    "plots": plots_of,
    "projects": lambda district, day: projects_on([district], day).get(district, []),
    "works": lambda district, day: works_on([district], day).get(district, []),
}


@dataclass(frozen=True)
class StockFigure(LiveFigure):
    """A figure about one of the district's ``LISTS`` as it stood at the end of a year: ``words(rows, year, day)`` states it."""

    rows: str
    words: Words


def end_of(year: int, today: dt.date) -> dt.date:
    """The last day of the year, or today if that is earlier."""
    return min(dt.date(year, 12, 31), today)


def stock(key: str, label: str, sections: frozenset[str], rows: str, words: Words) -> StockFigure:
    """A figure about the list ``rows`` of a matter with ``district_id`` and ``year``."""

    def says(about: Any, today: dt.date) -> str:
        day = end_of(about.year, today)
        return words(LISTS[rows](about.district_id, day), about.year, day)

    return StockFigure(key, label, sections, says, rows, words)


def plots_words(totals: Mapping[str, Any]) -> str:
    """Totals of a district's plots as a sentence; empty without plots."""
    if not totals["plots"]:
        return ""
    failing = f"，建成但不符合{totals['failing']}个" if totals["failing"] else ""
    return (
        f"地块{totals['plots']}个，用地面积{fixed(totals['area'])}公顷，其中可建设{totals['buildable']}个；"
        f"已出让或划拨{totals['acquired']}个，建成且符合{totals['built']}个{failing}"
    )


def projects_words(projects: Sequence[KeyProject | ProjectOnDay]) -> str:
    """Totals of key projects as a sentence; empty without any."""
    if not projects:
        return ""
    totals = totals_of_projects(projects)
    states = "、".join(f"{label}{number}个" for label, number in totals.states if number)
    missing = f"（缺{totals.uninvested}个）" if totals.uninvested else ""
    return f"近期重点项目{len(projects)}个：{states}；投资合计{fixed(totals.investment, grouped=True)}万元{missing}"


def _plots_stood(plots: Sequence[PlotOnDay], _year: int, day: dt.date) -> str:
    words = plots_words(totals_on(plots))
    return f"截至{day_in_words(day)}{words}" if words else ""


def _projects_stood(projects: Sequence[ProjectOnDay], _year: int, day: dt.date) -> str:
    words = projects_words(projects)
    return f"截至{day_in_words(day)}{words}" if words else ""


STOOD = (
    stock("plots", "地块", frozenset({"overview", "indicators"}), "plots", _plots_stood),
    stock("projects", "重点项目", frozenset({"overview", "management"}), "projects", _projects_stood),
)
