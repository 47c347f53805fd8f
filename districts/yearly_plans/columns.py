"""Columns of a work in a yearly plan, declared once for form, table and papers."""

import datetime as dt
from typing import Any

from districts.yearly_plans.models import PlanItem
from greendistrict.columns.base import MISSING
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.toned_words import TonedWord

CARRIED = TonedWord("沿用上年，待确认", "amber")


def carried_mark(item: Any, _today: dt.date) -> str:
    """Mark of a work that was copied from last year's plan and that nobody has confirmed."""
    return "" if item.is_confirmed else CARRIED


PLAN_ITEM = Columns(
    PlanItem,
    place=TextColumn(source="district__name", label="城区", link=("districts:district_detail", "district__code")),
    work=ChoiceColumn(),
    name=TextColumn(),
    department=TextColumn(),
    money=NumberColumn("万元"),
    money_source=TextColumn(),
    start=DayColumn(empty=MISSING),
    finish=DayColumn(empty=MISSING),
    note=TextColumn(),
    carried=ComputedColumn("确认", carried_mark, ("is_confirmed",)),
)
PLAN_ITEM_ENTERED = PLAN_ITEM.without("place", "carried")
PLAN_ITEM_LIST = ListTable(
    PLAN_ITEM, "name+note+carried", "place", "work", "department", "money", "money_source", "start", "finish", caption="列入的城区和工作"
)
