"""Columns of a stage assessment, of its forms and of the list."""

import datetime as dt

from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.outcome import MendItem
from assessments.stage_assessments.selectors.stage_list import ListedStage
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TermColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.core.toned_words import TonedWord

LONGEST = 4000


def round_words(line: ListedStage, _today: dt.date) -> str:
    """Number in the cycle, or that it was called early."""
    return f"第{line.round}次" if line.round else "提前组织" if line.early else ""


def opened_words(line: ListedStage, _today: dt.date) -> str:
    """The day on which an early one was opened."""
    return f"{cn_date(line.stage.due)}开放" if line.early and line.stage else ""


def standing(line: ListedStage, _today: dt.date) -> list[TonedWord]:
    """State, and that it is late."""
    return [TonedWord(line.status, line.tone), *([line.late] if line.late else [])]


JUDGED = Columns(
    StageAssessment,
    visited_on=DayColumn(),
    visit_note=TextColumn(rows=3, most=LONGEST),
    opinion=TextColumn(rows=5, most=LONGEST),
)
MEND = Columns(
    MendItem,
    subject=TextColumn(label="方面或条文"),
    text=TextColumn(label="需要整改的内容"),
    body=TextColumn(label="责任单位"),
)
RECTIFIED = Columns(StageAssessment, rectification=TextColumn(rows=6, most=LONGEST))
STAGE = Columns(
    ListedStage,
    district=TextColumn(label="城区", width=34),
    round=ComputedColumn("期次", round_words, empty="—"),
    number=TextColumn(source="stage__number", width=16, empty="—"),
    state=ComputedColumn("状态", standing, width=20, css="gd-state"),
    opened=ComputedColumn("开放", opened_words, width=18),
    source=TextColumn(label="出处", width=30),
    cycle_day=DayColumn(label="周期到期"),
    last=TermColumn(label="报送期限"),
    last_mark=TextColumn(label="期限标注", empty=""),
    filed_at=MomentColumn(source="stage__filed_at"),
    conclusion=TextColumn(label="结论", empty="—"),
    concluded_on=DayColumn(label="结论日期"),
)
SHOWN = ("round", "number", "state+opened+source", "cycle_day", "last+last_mark", "conclusion", "concluded_on")
STAGE_LIST = ListTable(
    STAGE, "district", *SHOWN, caption="阶段评估", key="address", demo="is_demo",
    exported=(
        "district", "round", "number", "state", "opened", "cycle_day", "last", "last_mark", "filed_at", "conclusion", "concluded_on",
        "source",
    ),
)  # fmt: skip
STAGES_OF_DISTRICT = ListTable(STAGE, *SHOWN, caption="阶段评估", key="address")
