"""Columns of a district with what its record lacks, and of the sums: for page and workbook alike."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar, NamedTuple

from django.forms import BoundField
from django.template.loader import render_to_string

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn
from greendistrict.core.fragments import written
from greendistrict.documents.list_workbook import Cell
from portal.takeover.enums import Need
from portal.takeover.rules import NOTHING, LinkedSum, NeedGaps, RecordRow
from portal.takeover.selectors import RequestLine


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
class AskedColumn(ComputedColumn):
    """The latest request to a district: its day, how far it is, with its page; and where the reader asks."""

    _: KW_ONLY
    css: str = ""

    def words(self, value: RecordRow) -> str:
        """Day, progress and state."""
        asked = value.asked
        return f"{asked.words}（{asked.state.label}{'，逾期' if asked.is_late else ''}）" if asked else ""

    def cell(self, value: RecordRow) -> str:
        """With its page, or with that on which the reader asks."""
        return written("portal/takeover/_asked.html", asked=value.asked, ask=value.ask, name=value.district.name)


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


class LineOnPage(NamedTuple):
    """An asked line with the fields of its answer, where the reader answers."""

    row: RequestLine
    fields: Sequence[BoundField]
    page: str | None = None  # a line has none of its own


@dataclass(frozen=True)
class LineColumn(ComputedColumn):
    """Where an asked line is added or who adds it, what was answered, and the fields of the answer."""

    alike: ClassVar[bool] = False  # fields are not compared
    _: KW_ONLY
    css: str = ""

    def cell(self, value: LineOnPage) -> str:
        """In mark-up; it stands on the page alone."""
        return render_to_string("portal/takeover/_line.html", value._asdict())


LINES = ListTable(
    Columns(
        LineOnPage,
        words=TextColumn(source="row__line__words", label="内容"),
        state=StateColumn(source="row__state", label="状态"),
        handling=LineColumn("办理", lambda shown, _today: shown),
    ),
    "words", "state", "handling", caption="请补录的内容", key="page",
)  # fmt: skip
RECORD = Columns(
    RecordRow,
    name=TextColumn(source="district__name", label="城区", width=34),
    bodies=ComputedColumn(
        "实施主体", lambda row, _today: "、".join(body.name for body in row.bodies), css="", width=34, guess="district__place_is_inferred"
    ),
    stage=StateColumn(source="district__stage_label", label="阶段", guess="district__stage_is_inferred"),
    **{need.value: _gaps(need) for need in Need},
    number=WholeColumn("项", label="缺", most=2**31 - 1),
    asked=AskedColumn("已请补录", lambda row, _today: row, width=34),
)
RECORDS = ListTable(
    RECORD, "name+bodies", "stage", *(need.value for need in Need), "number", "asked", caption="各城区还缺的资料，缺得多的在前",
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
