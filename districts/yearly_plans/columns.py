"""Columns of a work in a yearly plan, declared once for form and papers."""

from districts.yearly_plans.models import PlanItem
from greendistrict.columns.base import MISSING
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn

PLAN_ITEM = Columns(
    PlanItem,
    place=TextColumn(source="district__name", label="城区"),
    work=ChoiceColumn(),
    name=TextColumn(),
    department=TextColumn(),
    money=NumberColumn("万元"),
    money_source=TextColumn(),
    start=DayColumn(empty=MISSING),
    finish=DayColumn(empty=MISSING),
    note=TextColumn(),
)
PLAN_ITEM_ENTERED = PLAN_ITEM.without("place")
