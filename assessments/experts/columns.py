"""Columns of the expert pool: of an expert, of the rows of the record, and of the list."""

import datetime as dt
from decimal import Decimal

from assessments.experts.models import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTie, ExpertTraining
from assessments.experts.selectors import ExpertLine
from greendistrict.accounts.models import Organisation, User
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, FlagColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn
from greendistrict.core.widgets import OLDEST_YEAR

PERSON = Columns(
    ExpertProfile,
    rank=TextColumn(width=14),
    valid_from=DayColumn(width=14),
    valid_to=DayColumn(width=14, empty="长期"),
    available=FlagColumn(),
)
EMPLOYMENT = Columns.of(
    ExpertEmployment, "valid_from", "valid_to", valid_from=DayColumn(first=OLDEST_YEAR), valid_to=DayColumn(first=OLDEST_YEAR)
)
TIE = Columns.of(ExpertTie, "kind", "body", "project", "note")
ABSENCE = Columns.of(ExpertAbsence, "valid_from", "valid_to", "note")
ACCOUNT = Columns(User, username=TextColumn(width=14), name=TextColumn(width=14), email=TextColumn(width=24))
GROUP = Columns(Organisation, group=TextColumn(width=24))["group"]
TRAINING = Columns.of(ExpertTraining, "on", "title", "hours", hours=NumberColumn("", shown=1, most=Decimal(200)))


def term_words(line: ExpertLine, _today: dt.date) -> str:
    """First and last day of the term."""
    return f"{PERSON['valid_from'].fact(line.expert.valid_from)}至{PERSON['valid_to'].fact(line.expert.valid_to)}"


EXPERT_LIST = ListTable(
    Columns(
        ExpertLine,
        name=TextColumn(source="expert__user__name", label="姓名", css="gd-nowrap"),
        employers=TextColumn(label="现任单位", empty="未填"),
        chapters=TextColumn(label="专业", empty="未填"),
        term=ComputedColumn("聘期", term_words),
        standing=StateColumn(label="状态", css="gd-state"),
        confirmed=FlagColumn(label="本年确认"),
        open_panels=NumberColumn("", source="expert__open_panels", label="在办评审", shown=0),
        year_panels=NumberColumn("", source="expert__year_panels", label="本年评审", shown=0),
    ),
    "name", "employers", "chapters", "term", "standing", "confirmed", "open_panels", "year_panels",
    caption="专家库", key="expert__pk", demo="expert__is_demo",
)  # fmt: skip
