"""Columns of a key project and of a municipal work, declared once for form, workbook and API."""

import datetime as dt
from decimal import Decimal
from typing import Any

from districts.common.enums import ProjectState, WorkState
from districts.projects.models import KeyProject, Work, WorkCheck, progress_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NamesColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.toned_words import TonedWord
from greendistrict.core.widgets import OLDEST_YEAR

PROJECT_TONES = {ProjectState.PLANNED: "line", ProjectState.BUILDING: "blue", ProjectState.COMPLETED: "green", ProjectState.IN_USE: "green"}
WORK_TONES = {WorkState.PLANNED: "line", WorkState.BUILDING: "blue", WorkState.UNPROVEN: "amber", WorkState.BUILT: "green"}


def scope_words(row: Any, _today: dt.date) -> str:
    """Category of a key project, and how many plots and clauses it names."""
    counts = ((len(row.plots.all()), "个地块"), (len(row.clauses), "条条文"))
    return "，".join((row.category or "类别未填", *(f"{count}{words}" for count, words in counts if count)))


def progress_tags(row: Any, today: dt.date) -> tuple[TonedWord, ...]:
    """State of a work, and that it is late."""
    state = progress_of(row, dt.date.max)
    late = (TonedWord("晚于计划", "red"),) if is_late_work(row, today) else ()
    return (TonedWord(str(state.label), WORK_TONES[state]), *late)


def is_late_work(work: Any, today: dt.date) -> bool:
    """Whether a work was planned to be built before a day and is not."""
    return not work.built_on and work.planned_finish is not None and work.planned_finish < today


PROJECT = Columns(
    KeyProject,
    name=TextColumn(width=24, css="gd-nowrap", example="演示能源站（虚构）"),
    category=TextColumn(suggestions="categories", example="能源"),
    investment=NumberColumn("万元", usual=Decimal(1_000_000), example="1200.00"),
    funding=TextColumn(width=20, empty="未填", example=""),
    planned_start=DayColumn(example="2026-03-01"),
    planned_finish=DayColumn(),
    state=ChoiceColumn(width=10, tones=PROJECT_TONES, css="gd-nowrap", example="planned"),
    started_on=DayColumn(first=OLDEST_YEAR),
    finished_on=DayColumn(first=OLDEST_YEAR),
    in_use_on=DayColumn(first=OLDEST_YEAR),
    clauses=NamesColumn(width=20, most=300, longest=20, example=["7.2.7"]),
    plots=NamesColumn(width=24, most=2000, longest=40, by="number", example=["A-01"]),
    scope=ComputedColumn("类别和范围", scope_words, ("category", "plots", "clauses")),
)
PROJECT_FILED = PROJECT.part("name", "category", "investment", "planned_start", "planned_finish", "state")  # on the application form
PROJECT_ENTERED = PROJECT.without("scope")
PROJECT_LIST = ListTable(
    PROJECT, "name+scope", "investment", "funding", "planned_start/planned_finish", "started_on/finished_on", "state", "in_use_on",
    caption="近期重点项目",
)  # fmt: skip
WORK = Columns(
    Work,
    name=TextColumn(width=24, css="gd-nowrap", example="演示一路（虚构）"),
    kind=TextColumn(suggestions="work-kinds", empty="未填", css="gd-nowrap", example="道路"),
    main=FlagColumn(width=10, example=True),
    length_m=NumberColumn("m", shown=0, positive=True, usual=Decimal(100_000), width=10, example="820.0"),
    planned_start=DayColumn(example="2026-03-01"),
    planned_finish=DayColumn(example="2027-06-30"),
    started_on=DayColumn(first=OLDEST_YEAR),
    built_on=DayColumn(first=OLDEST_YEAR),
    green_requirements=TextColumn(width=40, example="透水铺装"),
    conforms=FlagColumn(tags=(TonedWord("符合", "green"), TonedWord("不符合", "red"))),
    acceptance_number=TextColumn(example=""),
    progress=ComputedColumn("状态", progress_tags, ("started_on", "built_on", "conforms", "planned_finish")),
)
WORK_REPORTED = WORK.part("name", "kind", "main", "length_m", "planned_finish", "built_on")  # in the annual report
WORK_FILED = WORK.part("name", "kind", "main", "built_on")  # as above
WORK_ENTERED = WORK.without("conforms", "acceptance_number", "progress")
WORK_LIST = ListTable(
    WORK, "name", "kind", "main", "length_m", "progress", "planned_start/planned_finish", "started_on", "built_on",
    "conforms+green_requirements", caption="市政设施",
)  # fmt: skip
WORK_CHECK = Columns(
    WorkCheck,
    stage=ChoiceColumn(example="completion"),
    department=TextColumn(example="绿化市容"),
    checked_on=DayColumn(example="2027-06-30"),
    result=ChoiceColumn(example="held"),
    text=TextColumn(),
)
