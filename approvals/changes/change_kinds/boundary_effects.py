"""Effects of a new boundary: plots leaving and entering with area, step and key projects; gates before and after."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from approvals.changes.kinds import ComparedValue
from districts.facts.baseline_change import LISTS, current, effects_of, wanted_of
from districts.file.models.district import District
from districts.plots.models import Plot
from districts.plots.selectors.board import step_words
from districts.plots.succession import whole

MOST_LINES = 40


def plot_lines(district: District, out: Sequence[str], into: Sequence[str]) -> list[ComparedValue]:
    """Number and area of both groups, then each plot and whether the pilot baseline contains it; a long list ends with a count."""
    if not (out or into):
        return []
    plots = district.plots.filter(number__in=[*out, *into]).select_related("control").prefetch_related("key_projects")
    rows = {plot.number: plot for plot in plots}
    held = {row["id"] for row in _frozen(district, "plots")}
    left, joined = ([rows[number] for number in numbers if number in rows] for numbers in (out, into))
    lines = [ComparedValue("调出范围的地块", _sum(left), "不在变更后的范围内")] if left else []
    lines += [ComparedValue(f"地块{plot.number}", _words(plot, held), "调出") for plot in left[:MOST_LINES]]
    lines += [ComparedValue("调入范围的地块", "不在原范围内", _sum(joined))] if joined else []
    lines += [ComparedValue(f"地块{plot.number}", "不在原范围内", _words(plot, held)) for plot in joined[:MOST_LINES]]
    if more := sum(max(0, len(listed) - MOST_LINES) for listed in (left, joined)):
        lines.append(ComparedValue("其余地块", f"{more}个", "见填写的编号"))
    return lines


def _frozen(district: District, name: str) -> list[dict[str, Any]]:
    baseline = current(district)
    return list(baseline.content.get(name, ())) if baseline else []


def _sum(plots: Sequence[Plot]) -> str:
    return f"{len(plots)}个，{sum((plot.area_ha for plot in plots), Decimal(0)).normalize():f}公顷"


def _words(plot: Plot, held: set[int]) -> str:
    projects = "、".join(project.name for project in plot.key_projects.all())
    parts = [f"{plot.area_ha.normalize():f}公顷", plot.land_use, step_words(plot)]
    parts += [f"重点项目：{projects}" if projects else "无重点项目", "在试点基线" if plot.pk in held else "不在试点基线"]
    return "，".join(part for part in parts if part)


def gate_lines(district: District, out: Sequence[str], into: Sequence[str], on: dt.date) -> list[ComparedValue]:
    """Gates of 八（三） after the baseline changes that the new boundary requires."""
    if not (out or into) or current(district) is None:
        return []
    lines = []
    for name, drop, add in (_plot_moves(district, out, into), _project_moves(district, out)):
        if drop or add:
            wanted = wanted_of(name, {"drop": drop, "add": add, "renew": ()})
            words = f"另办{LISTS[name]}基线变更后"
            lines += [ComparedValue(f"{words}：{line.what}", line.before, line.after) for line in effects_of(district, wanted, on)]
    return lines


def _plot_moves(district: District, out: Sequence[str], into: Sequence[str]) -> tuple[str, list[int], list[int]]:
    frozen = _frozen(district, "plots")
    held = {row["id"] for row in frozen}
    leaving = dict(district.plots.filter(number__in=list(out)).values_list("pk", "origins"))
    gone = {*leaving, *whole(leaving.values())}
    drop = [row["id"] for row in frozen if row["id"] in gone]
    return "plots", drop, [pk for pk in district.plots.filter(number__in=list(into)).values_list("pk", flat=True) if pk not in held]


def _project_moves(district: District, out: Sequence[str]) -> tuple[str, list[int], list[int]]:
    """Key projects of the baseline that lie entirely on leaving plots."""
    held = {row["id"] for row in _frozen(district, "key_projects")}
    touched = district.key_projects.filter(pk__in=held, plots__number__in=out).distinct().prefetch_related("plots")
    return "key_projects", [project.pk for project in touched if all(plot.number in out for plot in project.plots.all())], []
