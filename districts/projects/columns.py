"""Columns of a key project and of a municipal work, declared once for form, workbook and API."""

from decimal import Decimal

from districts.projects.models import KeyProject, Work
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NamesColumn, NumberColumn, TextColumn

PROJECT = Columns(
    KeyProject,
    name=TextColumn(width=24, example="演示能源站（虚构）"),
    category=TextColumn(suggestions="categories", example="能源"),
    investment=NumberColumn("万元", usual=Decimal(1_000_000), example="1200.00"),
    funding=TextColumn(width=20, example=""),
    planned_start=DayColumn(example="2026-03-01"),
    planned_finish=DayColumn(),
    state=ChoiceColumn(width=10, example="planned"),
    started_on=DayColumn(),
    finished_on=DayColumn(),
    in_use_on=DayColumn(),
    clauses=NamesColumn(width=20, most=300, longest=20, example=["7.2.7"]),
    plots=NamesColumn(width=24, most=2000, longest=40, by="number", example=["A-01"]),
)
WORK = Columns(
    Work,
    name=TextColumn(width=24, example="演示一路（虚构）"),
    kind=TextColumn(suggestions="work-kinds", example="道路"),
    main=FlagColumn(width=10, example=True),
    length_m=NumberColumn("m", shown=0, positive=True, usual=Decimal(100_000), width=10, example="820.0"),
    planned_start=DayColumn(example="2026-03-01"),
    planned_finish=DayColumn(example="2027-06-30"),
    started_on=DayColumn(),
    built_on=DayColumn(),
    green_requirements=TextColumn(width=40, example="透水铺装"),
    conforms=FlagColumn(),
    acceptance_number=TextColumn(example=""),
)
WORK_ENTERED = WORK.without("conforms", "acceptance_number")
