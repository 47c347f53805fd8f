"""Columns of an obligation, with the workbook of the list and the list of watched items, and of what is decided about one."""

from typing import NamedTuple

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TermColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, LeftColumn, StateColumn
from obligations.duties import Obligation, ObligationState
from obligations.models import Exemption, PortalOutage, Urging
from obligations.urging import Urged

MOST = 10_000


class ListedDuty(NamedTuple):
    """An obligation on a day, with the working days left, how often it was urged, and the code of its district where the reader sees it."""

    owed: Obligation
    state: ObligationState
    left: int | None = None
    urged: Urged | None = None
    code: str | None = None


DUTY = Columns(
    ListedDuty,
    title=TextColumn(source="owed__title", label="事项", width=36),
    place=TextColumn(source="owed__place", label="城区", width=34, link=("districts:district_detail", "code")),
    organisation=TextColumn(source="owed__organisation", label="应报单位", width=30),
    applicant=TextColumn(source="owed__organisation", label="申报主体", width=30),
    carrier=ComputedColumn("办理单位", lambda line, _today: line.owed.carrier, width=30),
    to=TextColumn(source="owed__to", label="报送", width=26),
    due=TermColumn(source="owed__due", label="期限", help="含当日"),
    state=StateColumn(label="状态"),
    left=LeftColumn(label="剩余工作日"),
    met_on=DayColumn(source="owed__met_on", label="完成日期"),
    origin=ComputedColumn("由来", lambda line, _today: line.owed.how.anchor or line.owed.how.rule, width=36, css=""),
    cite=TextColumn(source="owed__cite", label="依据", width=14),
    times=WholeColumn(source="urged__times", label="催办次数", most=MOST, width=8, empty=""),
    last=DayColumn(source="urged__last", label="最近催办"),
)
EXEMPTION = Columns.of(Exemption, "extended_to", "reason", reason=TextColumn(rows=3))
URGING = Columns.of(Urging, "note", note=TextColumn(rows=2))
OUTAGE = Columns.of(PortalOutage, "reason")
DUTY_LIST = ListTable(
    DUTY, "title", "place", "organisation", "carrier", "to", "due", "state", "left", "met_on", "cite", "times", "last",
    caption="到期事项", key="owed__key", demo="owed__is_demo",
)  # fmt: skip
WATCH_LIST = ListTable(
    DUTY, "title", "place", "applicant", "origin", "cite", caption="关注事项，日期早的在前", key="owed__key", demo="owed__is_demo",
    exported=("title", "place", "applicant", "origin", "due", "cite"),
)  # fmt: skip
