"""Plots and municipal works at the end of a year, one sentence each, for the operation report."""

import datetime as dt
from typing import Any

from assessments.self_checks.registry import LiveFigure
from districts.plots.selectors.as_of_day import BUILT, UNFIT, PlotOnDay, plots_on
from districts.projects.selectors.as_of_day import late_works, projects_on, totals_of_projects, totals_of_works, works_on
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed


def _end_of(year: int, today: dt.date) -> dt.date:
    """The last day of the year, or today if that is earlier."""
    return min(dt.date(year, 12, 31), today)


MOVES = (("取得", "acquired_on"), ("开工", "started_on"), ("建成", "built_on"))


def _plots(about: Any, today: dt.date) -> str:
    """Plots acquired, begun and completed in the year and the state at its end; empty without buildable plots."""
    day = _end_of(about.year, today)
    plots = [plot for plot in plots_on([about.district_id], day).get(about.district_id, []) if plot.buildable]
    if not plots:
        return ""
    moved = "、".join(f"{word}{_within(plots, field, about.year)}个" for word, field in MOVES)
    built = [plot for plot in plots if plot.built_on]
    states = [plot.state for plot in built]
    area = sum(plot.floor_area for plot in built if plot.floor_area)
    floors = f"，建筑面积{fixed(area, grouped=True)}m²" if area else ""
    unfit = f"，不符合{states.count(UNFIT)}个" if UNFIT in states else ""
    return (
        f"{about.year}年地块{moved}；截至{day_in_words(day)}可建设地块{len(plots)}个，已建成{len(built)}个{floors}，"
        f"其中符合绿色生态要求{states.count(BUILT)}个{unfit}"
    )


def _within(plots: list[PlotOnDay], field: str, year: int) -> int:
    return sum(1 for plot in plots if (on := getattr(plot, field)) and on.year == year)


def _works(about: Any, today: dt.date) -> str:
    """Works completed in the year and in total, with those behind schedule; empty without works."""
    day = _end_of(about.year, today)
    works = works_on([about.district_id], day).get(about.district_id, [])
    if not works:
        return ""
    totals, late = totals_of_works(works), late_works(works, day)
    built = sum(1 for work in works if work.built_on and work.built_on.year == about.year)
    behind = f"，逾期未建成{len(late)}项" if late else ""
    stand = f"市政设施{len(works)}项，其中主要设施{totals.main}项、已建成{totals.built}项{behind}"
    return f"{about.year}年建成市政设施{built}项；截至{day_in_words(day)}{stand}"


def _projects(about: Any, today: dt.date) -> str:
    """Key projects by state at the end of the year; empty without any."""
    day = _end_of(about.year, today)
    projects = projects_on([about.district_id], day).get(about.district_id, [])
    if not projects:
        return ""
    states = "、".join(f"{label}{number}个" for label, number in totals_of_projects(projects).states if number)
    return f"截至{day_in_words(day)}近期重点项目{len(projects)}个：{states}"


LAND = (
    LiveFigure("plots_of_year", "当年地块", frozenset({"overview", "effect"}), _plots),
    LiveFigure("works_of_year", "市政设施", frozenset({"overview"}), _works),
)
# Used by stories about past years; the operation report states the key projects as they are now.
PROJECTS = LiveFigure("projects_of_year", "近期重点项目", frozenset(), _projects)
