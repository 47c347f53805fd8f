"""Columns of a release of a score, and of the list of decided scores."""

import datetime as dt

from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import DecidedScore
from districts.releases.columns import release_list
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn
from greendistrict.core.toned_words import TonedWord

TYPED = Columns.of(ScoreRelease, "basis", "note")
RELEASE_LIST = release_list(
    ScoreRelease, "released_at", "released_by", "basis+note", "withdrawn_at", "withdrawn_by", "withdrawal", note=TextColumn()
)


def procedure(line: DecidedScore, _today: dt.date) -> str:
    """Year and procedure; without a score the procedure."""
    return line.score.name if line.score else str(line.version.table.get_purpose_display())


def edition_mark(line: DecidedScore, _today: dt.date) -> str:
    """That the score is one by an edition which is not the official standard."""
    return "参考版" if line.score and line.score.reference else ""


def publication(line: DecidedScore, _today: dt.date) -> TonedWord:
    """Whether the public sees the score."""
    return (
        TonedWord("已公开", "green")
        if line.is_shown
        else TonedWord("决定已撤回，不显示", "amber")
        if line.live
        else TonedWord("未公开", "line")
    )


SCORE = Columns(
    DecidedScore,
    district=TextColumn(source="district__name", label="城区"),
    procedure=ComputedColumn("年度和程序", procedure),
    number=TextColumn(source="matter__number", label="编号", empty="—", css="gd-nowrap"),
    decided_on=DayColumn(source="matter__decided_on", label="办结日期"),
    total=NumberColumn("分", source="score__total", label="总分", empty="没有得分"),
    edition=ComputedColumn("得分标注", edition_mark),
    nature=TextColumn(source="score__nature", label="得分性质", empty="—"),
    publication=ComputedColumn("公开", publication, css="gd-state"),
    released_at=MomentColumn(source="live__released_at", by_day=True, empty=""),
)
SCORE_LIST = ListTable(
    SCORE, "district", "procedure", "number", "decided_on", "total+edition", "nature", "publication+released_at",
    caption="得分公开", key="version__table_id", demo="district__is_demo",
)  # fmt: skip
