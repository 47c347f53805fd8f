"""Columns of the list of post-evaluations."""

import datetime as dt
from typing import Any

from assessments.common import owed_papers
from assessments.common.enums import StageConclusion
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TermColumn, TextColumn, YearColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn, StateColumn


def concluded(row: Any, _today: dt.date) -> str:
    """The conclusion once it is decided, not while it is proposed."""
    return str(StageConclusion(row.conclusion).label) if row.concluded_at else ""


def due_mark(row: Any, _today: dt.date) -> str:
    """默认值 as long as the last day rests on a setting that the city has not confirmed."""
    return owed_papers.post_deadline(row.pk, row.due).mark("post_evaluation.report_days")


SHOWN = ("district", "year", "number", "status", "due+due_mark")
EXPORTED = ("district", "year", "number", "status", "due", "due_mark")
POST_LIST = ListTable(
    Columns(
        PostEvaluation,
        district=TextColumn(source="district__name", label="城区", width=34),
        year=YearColumn(width=8),
        number=TextColumn(width=16, empty="报送后编号"),
        status=StateColumn(POST_EVALUATION.state, POST_EVALUATION.choices, width=16, css="gd-state"),
        due=TermColumn(css=""),
        due_mark=ComputedColumn("期限标注", due_mark, ("pk", "due")),
        filed_at=MomentColumn(),
        conclusion=ComputedColumn("结论", concluded, ("conclusion", "concluded_at")),
        concluded_at=MomentColumn(by_day=True, css=""),
    ),
    *SHOWN, "concluded_at", caption="后评估", demo="district__is_demo", exported=(*EXPORTED, "filed_at", "conclusion", "concluded_at"),
)  # fmt: skip
