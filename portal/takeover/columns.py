"""Columns of a district with what its record lacks, and of the sums: for page and workbook alike."""

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn
from greendistrict.core.fragments import written
from greendistrict.documents.list_workbook import Cell
from portal.takeover.enums import Need
from portal.takeover.rules import NOTHING, LinkedSum, NeedGaps, RecordRow


@dataclass(frozen=True)
class GapsColumn(ComputedColumn):
    """What is missing for a need: each leads to where it is added, if the reader adds it there, and names who does."""

    _: KW_ONLY
    css: str = ""

    def words(self, value: NeedGaps) -> str:
        """All of them in one line."""
        return "；".join(gap.told for gap in value.gaps) or value.otherwise

    def cell(self, value: NeedGaps) -> str:
        """A line each."""
        return written("portal/takeover/_gaps.html", found=value)


@dataclass(frozen=True)
class LinkedNumberColumn(ComputedColumn):
    """A number with the address of the rows that it counts; nothing is led to by 0."""

    is_figure: ClassVar[bool] = True
    _: KW_ONLY
    css: str = "gd-num"

    def cell(self, value: tuple[int, str]) -> str:
        """The number as a link."""
        number, href = value
        return written("portal/takeover/_number.html", number=number, href=href)

    def exported(self, value: tuple[int, str]) -> Cell:
        """The number."""
        return value[0]


def _gaps(need: Need) -> GapsColumn:
    return GapsColumn(str(need.label), lambda row, _today: row.of(need), width=44)


def _number(title: str, key: str) -> LinkedNumberColumn:
    return LinkedNumberColumn(title, lambda line, _today: line.numbers[key])


RECORD = Columns(
    RecordRow,
    name=TextColumn(source="district__name", label="城区", width=34),
    bodies=ComputedColumn("实施主体", lambda row, _today: "、".join(body.name for body in row.bodies), css="", width=34),
    stage=StateColumn(source="district__stage_label", label="阶段", guess="district__stage_is_inferred"),
    **{need.value: _gaps(need) for need in Need},
    number=WholeColumn("项", label="缺", most=2**31 - 1),
)
RECORDS = ListTable(
    RECORD, "name+bodies", "stage", *(need.value for need in Need), "number", caption="各城区还缺的资料，缺得多的在前",
    sorts={"name": "pk", "stage": "pk", "number": "pk"}, key="district__code", demo="district__is_demo", exported=tuple(RECORD),
)  # fmt: skip
SUMS = ListTable(
    Columns(
        LinkedSum,
        name=TextColumn(label="实施主体"),
        districts=_number("城区 个", ""),
        whole=_number("没有缺项 个", NOTHING),
        **{need.value: _number(f"{need.label}缺 个", need.value) for need in Need},
    ),
    "name", "districts", "whole", *(need.value for need in Need), caption="各实施主体的补录进度", key="address",
)  # fmt: skip
