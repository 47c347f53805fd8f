"""Columns of a plot, declared once for page, form, workbook, API, paper and map; its list on pages."""

import datetime as dt
from decimal import Decimal
from typing import Any

from districts.plots.models import Plot, PlotCheck, PlotOpinion
from districts.plots.standing import LATE_LABELS, late_dates, step_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.toned_words import TonedWord
from greendistrict.core.widgets import OLDEST_YEAR
from greendistrict.policy.parameters import default_mark


def late_word(name: str) -> str:
    """Word of a kind of lateness; that of an answer is marked while the days to answer in are not confirmed by the city."""
    mark = default_mark("plot_consult_days") or default_mark("consult_days") if name == "opinion" else ""
    return f"{LATE_LABELS[name]}{mark}"


def step_tags(row: Any, today: dt.date) -> tuple[TonedWord, ...]:
    """The step of a row of plots, and what is late; ``opinion_late`` says that an answer to a question is."""
    late = (*(("opinion",) if row.opinion_late else ()), *late_dates(row, today))
    return (step_of(row, row.control__status), *(TonedWord(late_word(name), "red") for name in late))


PLOT = Columns(
    Plot,
    number=TextColumn(width=16, css="gd-nowrap", example="A-01"),
    sub_area=TextColumn(example=""),
    land_use_code=TextColumn(example="1001"),
    land_use=TextColumn(width=24, empty="未填", suggestions="land-uses", example="工业用地"),
    area_ha=NumberColumn("公顷", positive=True, usual=Decimal(100), example="2.5000"),
    floor_area=NumberColumn("m²", shown=0, example="30000.00"),
    owner=TextColumn(width=24, example=""),
    buildable=FlagColumn(example=True),
    planned_acquisition=DayColumn(example="2026-06-01"),
    planned_start=DayColumn(),
    planned_finish=DayColumn(),
    acquisition=ChoiceColumn(width=10, empty="未取得", example=""),
    acquired_on=DayColumn(first=OLDEST_YEAR),
    started_on=DayColumn(first=OLDEST_YEAR),
    built_on=DayColumn(first=OLDEST_YEAR),
    conforms=FlagColumn(width=10, tags=(TonedWord("符合", "green"), TonedWord("不符合", "red"))),
    lineage=TextColumn(),
    step=ComputedColumn(
        "管控步骤",
        step_tags,
        ("buildable", "control__status", "built_on", "acquired_on", "started_on", "backfill_id", "conforms", "acquisition",
         "planned_acquisition", "planned_start", "planned_finish", "opinion_late"),
    ),
)  # fmt: skip
PLOT_LIST = ListTable(
    PLOT, "number+sub_area+lineage", "land_use+land_use_code", "area_ha", "floor_area", "acquisition", "step", "acquired_on", "built_on",
    "conforms", caption="地块", sorts=("number", "area_ha", "floor_area", "acquired_on", "built_on"), order=("number", "pk"),
)  # fmt: skip
PLOT_FACTS = PLOT.part("sub_area", "area_ha", "floor_area", "owner")  # what its page tells beside use and days
PLOT_FILED = PLOT.part("number", "land_use", "area_ha", "acquisition", "acquired_on")  # on the application form
PLOT_REPORTED = PLOT.part(  # in the annual report
    "number", "land_use", "area_ha", "floor_area", "acquisition", "acquired_on", "started_on", "built_on"
)
PLOT_MAPPED = PLOT.part("number", "sub_area", "land_use", "land_use_code", "area_ha", "floor_area")  # in GIS files
PLOT_ENTERED = PLOT.without("land_use_code", "lineage", "step")
PLOT_OPINION = Columns(
    PlotOpinion,
    purpose=ChoiceColumn(example="design"),
    department=TextColumn(example="绿化市容"),
    mandatory=FlagColumn(),
    asked_on=DayColumn(example="2026-03-01"),
    due_on=DayColumn(example="2026-03-13"),
    answered_on=DayColumn(example="2026-03-09"),
    result=ChoiceColumn(empty="未答复", radio=True, example="amended"),
    number=TextColumn(),
    text=TextColumn(rows=3, most=2000, example="附属绿地请对外开放"),
)
PLOT_CHECK = Columns(
    PlotCheck,
    stage=ChoiceColumn(example="completion"),
    department=TextColumn(suggestions="check-departments", example="建设交通"),
    checked_on=DayColumn(example="2026-09-01"),
    result=ChoiceColumn(example="held"),
    text=TextColumn(),
)
