"""Columns of a project of the reserve libraries, and their list on pages and as a workbook."""

import datetime as dt
from typing import Any

from beautiful.frame.programme import programme
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import FUNDING, ReserveProject
from beautiful.reserves.screening import ready_count
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, RelatedColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn

MOST = 100_000


def linked_words(row: Any, _today: dt.date) -> str:
    """The linked key project, after its district."""
    return f"{row.key_project.district}　{row.key_project}" if row.key_project else ""


PROPOSAL = Columns(
    ReserveProject,
    number=TextColumn(width=16, example="CB-2026-0001"),
    pool=ChoiceColumn(width=28, asked=True, example=programme().pools[0]),
    area=ChoiceColumn(css="gd-nowrap", asked=True, example="development"),
    title=TextColumn(width=36, example="屋顶光伏（虚构）"),
    key_project=RelatedColumn(empty="不连接"),
    content=TextColumn(rows=4, most=4000),
    effect=TextColumn(rows=3, most=4000),
    starts_on=DayColumn(),
    ends_on=DayColumn(),
    **dict.fromkeys(FUNDING, NumberColumn("万元", width=14)),
    funding_note=TextColumn(width=30),
    proposer=RelatedColumn(),
    listed_on=DayColumn(),
    listed_basis=TextColumn(width=26),
)
PROPOSAL_OPENED = PROPOSAL.part("proposer", "pool", "area", "title")
PROPOSAL_ENTERED = PROPOSAL.without("number", "proposer", "listed_on", "listed_basis")
PROPOSAL_TOLD = Columns(  # by the API
    ReserveProject,
    **PROPOSAL.without("proposer"),
    proposer=TextColumn(source="proposer__name", label="申报单位", width=28, example="演示甲区（虚构）"),
    total=NumberColumn("万元", label="资金合计", width=14, empty="—", example="1000.5"),
)
PROPOSAL_LISTED = PROPOSAL.part("listed_on", "listed_basis")
PROPOSAL_LIST = ListTable(
    Columns(
        ReserveProject,
        **PROPOSAL_TOLD,
        linked=ComputedColumn("近期重点项目", linked_words, width=30),
        status=StateColumn(RESERVE.state, RESERVE.choices),
        ready=ComputedColumn("成熟度", lambda row, _: ready_count(row.readiness)),
    ),
    "title+number", "pool", "area", "proposer", "status", "ready", "total", caption="储备项目", demo="is_demo",
    exported=("number", "title", "pool", "area", "proposer", "linked", "status", "ready", *FUNDING, "total", "funding_note", "starts_on",
              "ends_on", "listed_on", "listed_basis"),
)  # fmt: skip
LIBRARIES = ListTable(
    Columns(
        ReserveProject,
        pool=PROPOSAL["pool"],
        **dict.fromkeys(FUNDING, NumberColumn("万元", empty="—")),
        projects=WholeColumn("个", label="在库项目", most=MOST),
        listed=WholeColumn("个", label="其中已列入", most=MOST),
    ),
    "pool", "projects", "listed", *FUNDING, caption="储备情况", key="pool",
)  # fmt: skip
