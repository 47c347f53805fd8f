"""The city-wide policy check as lists: districts and rules on its page and in its workbook, each verdict in the workbook."""

import datetime as dt
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, NamedTuple

from districts.file.models.district import District
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn
from greendistrict.documents.list_workbook import lists_book
from greendistrict.policy.engine import Verdict, required_of
from portal.policy.selectors import WORDS, CityCheck, DistrictCheck, RuleLine

MOST = 10_000


class AskedRule(NamedTuple):
    """A rule that a district was asked."""

    district: District
    verdict: Verdict


@dataclass(frozen=True)
class SizeColumn(WholeColumn):
    """How many there are."""

    _: KW_ONLY
    most: int = MOST

    def words(self, value: Any) -> str:
        """Their number."""
        return super().words(len(value))

    def exported(self, value: Any) -> int:
        """Their number."""
        return len(value)


def unmet_words(row: DistrictCheck, _today: dt.date) -> str:
    """What a district fails, one below the other."""
    failing = "；\n".join(f"{one.title}（{one.cite}）：{one.found}" for one in row.failing)
    return failing if row.verdicts else "已是示范，没有待核对的条款"


LEVEL, TITLE, CITE = TextColumn(label="程度", width=8), TextColumn(label="条款", width=50), TextColumn(label="出处", width=14)
DISTRICTS = ListTable(
    Columns(
        DistrictCheck,
        name=TextColumn(source="district__name", label="城区", width=34),
        stage=StateColumn(source="district__stage_label", label="阶段", guess="district__stage_is_inferred"),
        type=ChoiceColumn(source="district__type", css="gd-nowrap"),
        failing=SizeColumn(label="未满足"),
        without_data=SizeColumn(label="资料不足"),
        warned=SizeColumn(label="提醒"),
        pending=SizeColumn(label="按现填或在办"),
        unmet=ComputedColumn("未满足的条款", unmet_words, width=60, css="gd-s gd-lines"),
    ),
    "name", "stage", "type", "failing", "without_data", "warned", "pending", "unmet", caption="各城区满足情况", key="district__code",
    demo="district__is_demo",
)  # fmt: skip
COUNTS = {"asked": "核对", "passed": "已满足", "failed": "未满足", "warned": "提醒", "without_data": "资料不足", "pending": "按现填或在办"}
RULES = ListTable(
    Columns(
        RuleLine,
        title=replace(TITLE, source="rule__title"),
        level=replace(LEVEL, source="rule__level__label"),
        step=TextColumn(source="rule__step__label", label="环节", width=16, css="gd-nowrap"),
        cite=replace(CITE, source="rule__cite"),
        required=ComputedColumn("要求", lambda line, _today: required_of(line.rule), width=50),
        **{name: WholeColumn(label=label, most=MOST) for name, label in COUNTS.items()},
    ),
    "title", "level", "step", "cite", *COUNTS, caption="各条款满足情况", key="rule__id",
    exported=("title", "cite", "level", "step", "required", *COUNTS),
)  # fmt: skip
VERDICTS = ListTable(
    Columns(
        AskedRule,
        name=TextColumn(source="district__name", label="城区", width=34),
        title=replace(TITLE, source="verdict__title"),
        cite=replace(CITE, source="verdict__cite"),
        level=replace(LEVEL, source="verdict__level__label"),
        outcome=ComputedColumn("结果", lambda one, _today: WORDS[one.verdict.counted_as], width=14),
        required=TextColumn(source="verdict__required", label="要求", width=26),
        found=TextColumn(source="verdict__found", label="现状", width=44),
        remedy=TextColumn(source="verdict__remedy", label="怎样满足", width=44),
        reading=TextColumn(source="verdict__reading", label="本平台理解", width=44),
    ),
    "name", "title", "cite", "level", "outcome", "required", "found", "remedy", "reading", caption="逐条", key="district__code",
)  # fmt: skip


def check_book(check: CityCheck, *, today: dt.date) -> bytes:
    """Three sheets: 城区 (one row each), 逐条 (district × rule), 条款 (counts)."""
    asked = [AskedRule(row.district, verdict) for row in check.rows for verdict in row.verdicts]
    lists: tuple[tuple[str, ListTable, list[Any]], ...] = (
        ("城区", DISTRICTS, [*check.rows]), ("逐条", VERDICTS, asked), ("条款", RULES, check.lines)
    )  # fmt: skip
    sheets = [table.sheet(table.rows_of(rows), today, name, check.policy.code) for name, table, rows in lists]
    return lists_book(sheets, demo=any(row.district.is_demo for row in check.rows))
