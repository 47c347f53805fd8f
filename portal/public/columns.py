"""The register of titles on the home page and on its own, declared once."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import StateColumn
from portal.public.selectors import RegisterRow

REGISTER = ListTable(
    Columns(
        RegisterRow,
        name=TextColumn(label="城区"),
        area_name=TextColumn(label="行政区", css="gd-nowrap", empty=RegisterRow.unknown),
        title=StateColumn(label="称号", guess="title_guess"),
        star=TextColumn(label="星级", css="gd-nowrap gd-whole", nothing="unknown"),
        km2=NumberColumn("km²", label="面积", guess="km2_guess", nothing="unknown"),
        date=DayColumn(label="公告日期", guess="date_guess", nothing="unknown"),
        batch=TextColumn(label="批次", css="gd-nowrap", nothing="unknown"),
    ),
    "name", "area_name", "title", "star", "km2", "date", "batch", caption="称号名录", key="code",
)  # fmt: skip
