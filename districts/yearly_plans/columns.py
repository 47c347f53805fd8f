"""Columns of a work in a yearly plan, declared once for form, table and papers."""

from districts.yearly_plans.models import PlanItem
from greendistrict.columns.base import MISSING
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable

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
)
PLAN_ITEM_ENTERED = PLAN_ITEM.without("place")
PLAN_ITEM_LIST = ListTable(
    PLAN_ITEM, "name+note", "place", "work", "department", "money", "money_source", "start", "finish", caption="列入的城区和工作"
)
