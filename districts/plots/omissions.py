"""Omitted steps of plot control (七（二）): requirements not asked, not set, design not reviewed, not accepted (pure).

A plot that passed its control table from the start cannot have omitted a step, because the machine refuses the next one. Omissions
are found on plots whose days were typed outside the table, in the table while an answer or the acceptance is overdue, and on completed
plots that none of the departments has checked, which is no step of the table. Nothing is owed for days on which no policy was in force.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import NamedTuple

from districts.common.enums import Acquisition, ControlBody, ControlDuty, ControlStep

CITES = {
    ControlDuty.CONSULT: "七（二）1",
    ControlDuty.REQUIRE: "七（二）1",
    ControlDuty.REVIEW: "七（二）2-3",
    ControlDuty.ACCEPT: "七（二）5",
}


class Omission(NamedTuple):
    """An omitted step: duty, owner of the step, since when, and what the record shows."""

    duty: ControlDuty
    body: ControlBody
    since: dt.date
    words: str


class PlotRecord(NamedTuple):
    """Data of a buildable plot that the rule needs.

    ``status`` is the current step, empty without a control table. ``is_exempt``: exempt from the design review. ``was_asked``: the housing
    body was asked for requirements at some time. ``due_on``: day by which an open question had to be answered, by ``department``.
    ``finished_on``: day of the step 完工. ``is_resumed``: the table was entered after a 补录 of the acquisition. ``was_checked``: a
    department has checked it, at any stage.
    """

    acquisition: str
    acquired_on: dt.date | None
    started_on: dt.date | None
    built_on: dt.date | None
    planned_finish: dt.date | None
    status: str
    is_exempt: bool
    was_asked: bool
    is_required: bool
    due_on: dt.date | None
    department: str
    finished_on: dt.date | None
    is_resumed: bool = False
    was_checked: bool = False


def omissions_of(plot: PlotRecord, today: dt.date, is_in_force: Callable[[dt.date], bool]) -> Iterator[Omission]:
    """Steps omitted by ``today``, in the order of the policy; ``is_in_force`` tells whether a policy required them on a day."""
    yield from _in_table_or_outside(plot, today, is_in_force)
    if plot.built_on is not None and plot.built_on <= today and is_in_force(plot.built_on) and not plot.was_checked:
        yield Omission(ControlDuty.REVIEW, ControlBody.CHECKERS, plot.built_on, "已登记建成，没有主管部门审查的记录")


def _in_table_or_outside(plot: PlotRecord, today: dt.date, is_in_force: Callable[[dt.date], bool]) -> Iterator[Omission]:
    if plot.due_on is not None and plot.due_on < today:
        who = plot.department or "住建部门"
        yield Omission(ControlDuty.REQUIRE, ControlBody.HOUSING, plot.due_on, f"已征询{who}，期限已过，尚未提出指标要求")
    if plot.status in {"", ControlStep.PREPARE}:
        yield from _outside_the_table(plot, today, is_in_force)
        return
    if plot.is_resumed and not plot.was_asked and plot.acquired_on and plot.acquired_on <= today and is_in_force(plot.acquired_on):
        yield Omission(ControlDuty.CONSULT, ControlBody.PLANNING, plot.acquired_on, "已登记取得，没有征询住建部门的记录")
    if plot.status == ControlStep.COMPLETION:
        since = max(day for day in (plot.finished_on, plot.planned_finish, dt.date.min) if day is not None)
        if dt.date.min < since < today:
            yield Omission(ControlDuty.ACCEPT, ControlBody.BUILDER, since, "已登记完工，计划竣工日期已过，尚未登记竣工验收")


def _outside_the_table(plot: PlotRecord, today: dt.date, is_in_force: Callable[[dt.date], bool]) -> Iterator[Omission]:
    """Omissions of a plot whose days were typed without a control table."""
    begun = _first(plot.started_on, plot.built_on)
    taken = begun if plot.acquisition == Acquisition.OWN else _first(plot.acquired_on, begun)

    def is_owed(day: dt.date | None) -> bool:
        return day is not None and day <= today and is_in_force(day)

    if taken is not None and is_owed(taken):
        what = "取得" if taken == plot.acquired_on else "开工"
        if not plot.was_asked:
            yield Omission(ControlDuty.CONSULT, ControlBody.PLANNING, taken, f"已登记{what}，没有征询住建部门的记录")
        elif plot.due_on is None and not plot.is_required:
            yield Omission(ControlDuty.REQUIRE, ControlBody.HOUSING, taken, f"已登记{what}，没有绿色生态指标要求的记录")
    if begun is not None and is_owed(begun):
        what = "开工" if begun == plot.started_on else "建成"
        if not plot.is_exempt:
            yield Omission(ControlDuty.REVIEW, ControlBody.PLANNING, begun, f"已登记{what}，没有设计方案审核的记录")
        yield Omission(ControlDuty.REVIEW, ControlBody.DRAWINGS, begun, f"已登记{what}，没有施工图审查的记录")
    if plot.built_on is not None and is_owed(plot.built_on):
        yield Omission(ControlDuty.ACCEPT, ControlBody.BUILDER, plot.built_on, "已登记建成，没有竣工验收的记录")


def _first(*days: dt.date | None) -> dt.date | None:
    return min((day for day in days if day is not None), default=None)
