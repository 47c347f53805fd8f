"""Green content of municipal works (七（二）) that was passed by: built upon without any requirement on record. Pure."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import NamedTuple

from districts.common.enums import ControlBody, ControlDuty
from districts.plots.omissions import Omission

CITE = "七（二）"


class WorkRecord(NamedTuple):
    """What is recorded of a municipal work, as far as the rule asks."""

    started_on: dt.date | None
    built_on: dt.date | None
    is_required: bool


def omissions_of_work(work: WorkRecord, today: dt.date, is_in_force: Callable[[dt.date], bool]) -> Iterator[Omission]:
    """What the work went past by ``today``; ``is_in_force`` says whether a policy asked it on a day."""
    begun = min((day for day in (work.started_on, work.built_on) if day is not None), default=None)
    if begun is not None and begun <= today and is_in_force(begun) and not work.is_required:
        what = "开工" if begun == work.started_on else "建成"
        yield Omission(ControlDuty.REQUIRE, ControlBody.BUILDER, begun, f"已登记{what}，没有绿色生态要求的记录")
