"""Omitted control of municipal works (七（二）): begun without requirement or check, built without acceptance (pure)."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import NamedTuple

from districts.common.enums import ControlBody, ControlDuty
from districts.plots.omissions import Omission

CITE = "七（二）"


class WorkRecord(NamedTuple):
    """Data of a work that the rule needs; ``was_checked``: a department checked it before it began."""

    started_on: dt.date | None
    built_on: dt.date | None
    is_required: bool
    was_checked: bool
    is_accepted: bool


def omissions_of_work(work: WorkRecord, today: dt.date, is_in_force: Callable[[dt.date], bool]) -> Iterator[Omission]:
    """Controls omitted by ``today``; ``is_in_force`` tells whether a policy required them on a day."""

    def is_owed(day: dt.date | None) -> bool:
        return day is not None and day <= today and is_in_force(day)

    begun = min((day for day in (work.started_on, work.built_on) if day is not None), default=None)
    if begun is not None and is_owed(begun):
        what = "开工" if begun == work.started_on else "建成"
        if not work.is_required:
            yield Omission(ControlDuty.REQUIRE, ControlBody.BUILDER, begun, f"已登记{what}，没有绿色生态要求值的记录")
        if not work.was_checked:
            yield Omission(ControlDuty.REVIEW, ControlBody.CHECKERS, begun, f"已登记{what}，没有审批或评审环节部门审查的记录")
    if work.built_on is not None and is_owed(work.built_on) and not work.is_accepted:
        yield Omission(ControlDuty.ACCEPT, ControlBody.BUILDER, work.built_on, "已登记建成，没有竣工验收的记录")
