"""年度应报事项计划: obligations due in a calendar year that the user sees, by month and day, with state and basis of each date."""

import datetime as dt
from collections import Counter

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.duty_table import duty_kind
from obligations.columns import DUTY
from obligations.duties import Obligation, ObligationState
from obligations.selectors import falling_due
from obligations.way import DEFAULT
from reports.composition.blocks import Cell, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph, Wide
from reports.composition.columns import paper_columns
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.words import day, section

SHOWN = tuple(state for state in ObligationState if state != ObligationState.NONE)
STATES = tuple(PaperColumn(str(state.label), 16, ColumnKind.NUMBER) for state in SHOWN)
COUNTS = (PaperColumn("事项", kind=ColumnKind.NAME), PaperColumn("应报", 16, ColumnKind.NUMBER, missing="—"), *STATES)
MONTHS = (
    PaperColumn("事项", kind=ColumnKind.NAME),
    *(PaperColumn(f"{month}月", 21, ColumnKind.NUMBER) for month in range(1, 13)),
    PaperColumn("合计", 21, ColumnKind.NUMBER),
)
ROWS = (
    *paper_columns(DUTY.part("due", "title", "place", "organisation", "to", "state", "cite"), 32, 56, 52, 56, 40, 22, 24, named="title"),
    PaperColumn("期限怎样算出"),
)
YEARS_AHEAD = 5
PARTLY_DEMO = "含演示数据"  # a city counts its own duties beside those of fiction
NOTE = "期限后标“拟”的，由市级确认后执行；遇休息日顺延。免报按核对、延期按审定的结果计。"


def may_have(held: HeldPosts) -> bool:
    """Whether the user may get the plan: readers of the list of obligations."""
    return bool(held.roles) and not held.is_keeper


def years(today: dt.date) -> list[int]:
    """The last, the current and future years."""
    return [*range(today.year, today.year + YEARS_AHEAD + 1), today.year - 1]


def compose(viewer: Viewer, year: int) -> Composition:
    """Counts by kind and month, then every obligation by day, for a wall print on A3."""
    today = viewer.today
    rows = falling_due(viewer, year)
    facts = (("年度", f"{year}年1月1日至12月31日到期"), ("统计日期", day(today)), ("事项", f"{len(rows)}项"))
    lines = []
    for duty in rows:
        due = f"{duty.due_words}\n拟" if duty.is_default_date else duty.due_words
        by = f"{duty.organisation}\n由{duty.carrier}办理" if duty.carrier else duty.organisation
        place = f"{duty.place}{'（演示数据）' if duty.is_demo else ''}"
        how = "；".join(part.replace(DEFAULT, "") for part in duty.how if part)  # what is unconfirmed says 拟
        lines.append((due, duty.title, place, by, duty.to, str(duty.state(today).label), duty.cite, how))
    table = PaperTable("应报事项", ROWS, tuple(lines), empty=f"{year}年没有应报事项。", key="duties")
    blocks = (
        *section("一、概况", Pairs(facts), _counts(rows, today), Paragraph(NOTE, ParagraphStyle.NOTE)),
        *section("二、各月", Wide((_months(rows), Heading("三、逐项"), table), large=True)),
    )
    worlds = {row.is_demo for row in rows}
    return Composition(
        f"{year}年度应报事项计划",
        blocks,
        cover=(("统计日期", day(today)),),
        marks=(PARTLY_DEMO,) if len(worlds) > 1 else (),
        is_demo=worlds == {True},
    )


def _counts(rows: list[Obligation], today: dt.date) -> PaperTable:
    by_kind: dict[str, Counter[ObligationState]] = {}
    for row in rows:
        by_kind.setdefault(duty_kind(row.kind).label, Counter())[row.state(today)] += 1
    rights = {kind.label for row in rows if not (kind := duty_kind(row.kind)).is_urged}  # nobody has to make use of them
    lines: tuple[tuple[Cell, ...], ...] = tuple(
        (label, None if label in rights else found.total() - found[ObligationState.WAIVED], *(found[state] for state in SHOWN))
        for label, found in by_kind.items()
    )
    return PaperTable("各类事项", COUNTS, lines, empty="没有应报事项。", key="counts", note=_proposed(rows))


def _months(rows: list[Obligation]) -> PaperTable:
    by_kind: dict[str, Counter[int]] = {}
    for row in rows:
        by_kind.setdefault(duty_kind(row.kind).label, Counter())[row.due.month] += 1
    lines = tuple(_month_line(label, found) for label, found in by_kind.items())
    return PaperTable(
        "各月到期", MONTHS, lines, _month_line("合计", sum(by_kind.values(), Counter())), empty="没有应报事项。", key="months",
        note=_proposed(rows),
    )  # fmt: skip


def _proposed(rows: list[Obligation]) -> str:
    """Note of a table of numbers that follow from days which rest on settings that the city has not confirmed."""
    return "部分事项的期限为拟定，项数按拟定期限统计。" if any(row.is_default_date for row in rows) else ""


def _month_line(label: str, found: Counter[int]) -> tuple[Cell, ...]:
    return label, *(found[month] or "" for month in range(1, 13)), found.total()
