"""Group and findings of each row, computed in one place for the desk, the table, its filters, the receipt and the print."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from assessments.common.enums import BuildState
from assessments.findings.selectors.check import entry_of, is_filled
from assessments.plausibility import registry
from assessments.plausibility.row_rules import RowState, TableInput
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import RowData, Scored, left_out_by_portal, unbuilt
from districts.plausibility.comparisons import PlausibilityLimits
from indicators.scoring.prepare import Item

# Every row belongs to exactly one group; the first five groups are settled: nothing is left to fill in or confirm.
FILLED, EXCLUDED, ABSENT, UNBUILT, EMPTY, PENDING = "filled", "excluded", "absent", "unbuilt", "empty", "pending"
SETTLED = frozenset({FILLED, EXCLUDED, ABSENT, UNBUILT})
# Short word of each finding shown while typing; it must fit the width of the column.
LABELS = {
    "numerator": "部分大于整体",
    "range": "超出范围",
    "reasoned": "改写待说明",
    "fraction": "疑为小数",
    "unit_jump": "疑单位有误",
    "year_outlier": "较上年变化大",
    "target": "未达目标或路径",
}
BLOCKING = frozenset({"numerator", "range", "reasoned"})
ANY_DAY = dt.date.min  # the day matters to files only, which are not read here
PROOF = ("evidence", "evidence_required")


class RowMark(NamedTuple):
    """A finding shown beside a value: short word and full text; ``open`` until it is explained."""

    rule: str
    label: str
    text: str
    limit: str
    open: bool


class RowFacts(NamedTuple):
    """What a row contributes to the counts, and its marks, worst first."""

    group: str
    fails: bool
    unproven: bool
    marks: tuple[RowMark, ...]


@dataclass(frozen=True)
class RowCounts:
    """Number of rows by group; the groups add up to ``count``."""

    count: int
    filled: int
    excluded: int
    absent: int
    unbuilt: int
    empty: int
    pending: int

    @property
    def settled(self) -> int:
        """Number of rows with nothing left to fill in or confirm."""
        return self.filled + self.excluded + self.absent + self.unbuilt

    @property
    def answered(self) -> int:
        """Number of rows that say something of the district: neither left open nor taking no part."""
        return self.settled - self.excluded

    @property
    def open_words(self) -> str:
        """What is left to fill in or confirm, in words; empty if nothing is."""
        return "、".join(f"{number}条{word}" for word, number in (("未填", self.empty), ("待确认", self.pending)) if number)

    @property
    def words(self) -> str:
        """The non-empty groups in words, adding up to the whole."""
        named = (
            ("已填", self.filled),
            ("不参评", self.excluded),
            ("声明不存在", self.absent),
            ("未启动不作结论", self.unbuilt),
            ("待确认", self.pending),
            ("未填", self.empty),
        )
        return f"共{self.count}条：" + "，".join(f"{word}{number}条" for word, number in named if number)


def counts_of(groups: Iterable[str]) -> RowCounts:
    """Count rows by group."""
    found = Counter(groups)
    kinds = (FILLED, EXCLUDED, ABSENT, UNBUILT, EMPTY, PENDING)
    return RowCounts(found.total(), **{kind: found[kind] for kind in kinds})


def group_of(table: ScoreTable, item: Item, row: RowData | None) -> str:
    """Group of a live row; a clause without a row counts as empty unless the portal excludes it."""
    if left_out_by_portal(item, table):
        return EXCLUDED
    if row is None:
        return EMPTY
    if row.pending:
        return PENDING
    return _said(item, row.exclusion_reason, row.absent_reason, row.value, not_begun=unbuilt(table, row))


def frozen_counts(content: Mapping[str, Any], items: Mapping[str, Item]) -> RowCounts:
    """Counts of a frozen version, from frozen data only; ``items`` are the clauses of its edition."""
    found = []
    for row in content["rows"]:
        not_begun = bool(content["building"]) and row["build_state"] == BuildState.NOT_STARTED
        out = row["exclusion_reason"] or content["exclusions"].get(row["item_id"], "")
        found.append(_said(items[row["item_id"]], out, row["absent_reason"], row["value"], not_begun=not_begun))
    return counts_of(found)


def _said(item: Item, excluded: str, absent: str, value: Any, *, not_begun: bool) -> str:
    if excluded:
        return EXCLUDED
    if not_begun:
        return UNBUILT
    if absent:
        return ABSENT
    return FILLED if is_filled(item, value) else EMPTY


def facts_of(table: ScoreTable, scored: Scored, item: Item, row: RowData | None, last: Any, limits: PlausibilityLimits) -> RowFacts:  # noqa: PLR0917 - what a row stands among
    """Facts of one row; ``last`` is last year's value under the same edition. Files, peers and other rows are not read."""
    group = group_of(table, item, row)
    if row is None:
        return RowFacts(group, fails=False, unproven=False, marks=())
    entry = entry_of(table, scored, item, row, {}, last=last)
    sheet = TableInput({item.id: entry}, ANY_DAY, table.edition.code)
    said = {one.rule for one in registry.check(sheet, limits, registry.CHEAP)}
    found = registry.typed(entry, sheet, limits) if entry.filled and entry.state is RowState.ANSWERED else []
    explained = bool(row.explanation.strip())
    marks = tuple(RowMark(one.rule, LABELS[one.rule], one.text, one.limit, one.rule in BLOCKING or not explained) for one in found)
    return RowFacts(group, "control" in said, any(rule in said for rule in PROOF), marks)
