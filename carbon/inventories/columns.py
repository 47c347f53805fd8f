"""Columns of an inventory, of its head and of its rows, and its list on pages."""

from carbon.inventories.activity_rows import FIELDS
from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.inventories.models import ActivityRow, CarbonInventory
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, FlagColumn, NumberColumn, TextColumn, YearColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import MomentColumn, StateColumn

RESULT = "frozen__content__"
INVENTORY = Columns(
    CarbonInventory,
    district=TextColumn(source="district__name", label="城区"),
    year=YearColumn(),
    edition=TextColumn(css="gd-nowrap"),
    status=StateColumn(CARBON_INVENTORY.state, CARBON_INVENTORY.choices),
    total=NumberColumn("tCO₂e", source=f"{RESULT}total", label="总量", empty="—"),
    per_m2=NumberColumn("kgCO₂e/m²", source=f"{RESULT}per_m2_kg", label="单位面积", shown=3, empty="—"),
    per_person=NumberColumn("tCO₂e", source=f"{RESULT}per_person_t", label="人均", shown=3, empty="—"),
    per_gdp=NumberColumn("tCO₂e", source=f"{RESULT}per_wan_gdp_t", label="万元地区生产总值", shown=3, empty="—"),
    filed_at=MomentColumn(),
)
INVENTORY_LIST = ListTable(
    INVENTORY, *INVENTORY, caption="碳排放清单", order=("-year", "district__name_pinyin", "-edition"), demo="district__is_demo"
)
HEAD = Columns(CarbonInventory, include_industry=FlagColumn(tick=True), note=TextColumn(rows=3, most=4000), reason=TextColumn(rows=2))
ROW = Columns.of(ActivityRow, *FIELDS, sector=ChoiceColumn(empty="请选择"))
