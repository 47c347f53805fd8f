"""提交前核对: missing values, blocking findings and warnings of a table, each linked to its row.

Also here: Status of each row: prefilled and unchanged, to be filled in again (with reasons), or confirmed.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.plausibility import registry
from assessments.plausibility.registry import RULES
from assessments.plausibility.row_rules import ProofFile, RowInput, RowState, TableInput, missed_target
from assessments.prefill.sources import Offer, PrefillSource, is_binding, offers_of
from assessments.tables.models import RowEvidence, ScoreTable
from assessments.tables.registry import returned_items
from assessments.tables.selectors.scoring import RowData, Scored, lacks_build_state, left_out_by_portal, unbuilt
from assessments.tables.selectors.widgets import exact_words
from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits, limits_of
from indicators.scoring.prepare import Item

Files = dict[str, list[tuple[str, Any]]]


@dataclass(frozen=True)
class RowFinding:
    """A finding; ``item_id`` is empty if it concerns the whole table, ``chapter`` is the key of the chapter to open.

    ``rule`` names the rule of ``assessments.plausibility`` (empty for findings of the report); ``answer`` is the district's explanation.
    ``explain``: the finding blocks until it is explained.
    """

    text: str
    blocks: bool
    item_id: str = ""
    chapter: str = ""
    title: str = ""
    rule: str = ""
    part: str = ""
    value: str = ""
    limit: str = ""
    source: str = ""
    answer: str = ""
    answered_by: str = ""
    explain: bool = False

    @property
    def answerable(self) -> bool:
        """Whether the finding may be explained instead of changing the value."""
        return bool(self.rule) and (self.explain or not self.blocks)

    @property
    def rule_title(self) -> str:
        """Display name of the rule."""
        return RULES[self.rule].title if self.rule else ""

    @property
    def key(self) -> str:
        """Key of the finding within its table."""
        return f"{self.rule}:{self.item_id}:{self.part}"

    @property
    def anchor(self) -> str:
        """HTML anchor of the finding on the page of the check."""
        return f"finding-{self.key}".replace(":", "-").replace(".", "_")


def is_filled(item: Item, value: Any) -> bool:
    """Whether a value is complete: both numbers of a ratio, every part of an ``all_of`` rule."""
    if value is None:
        return False
    if item.ratio:
        return {"a", "b"} <= set(value)
    if item.rule["kind"] == "all_of":
        return {entry["value"]["key"] for entry in item.rule["rules"]} <= set(value)
    return True


def findings_of(
    table: ScoreTable, scored: Scored, rows: Mapping[str, RowData], today: dt.date, files: Files | None = None
) -> list[RowFinding]:
    """Findings that need only the rows themselves, in table order; one query for the files unless they are given.

    Comparisons with last year, peers and targets are made by ``selectors.plausibility.full_findings`` only.
    """
    files = files_of(table) if files is None else files
    entries = {item.id: entry_of(table, scored, item, rows[item.id], files) for item in scored.table.items.values() if item.id in rows}
    sheet = TableInput(entries, today, table.edition.code, refusal=scored.refusal)
    limits = limits_of()
    return [finding(one, scored, limits) for one in registry.check(sheet, limits, registry.CHEAP)]


def entry_of(table: ScoreTable, scored: Scored, item: Item, row: RowData, files: Files, **beside: Any) -> RowInput:
    """Build the rules' input for a row; ``beside`` holds last year's value, peers and similar comparison data."""
    if left_out_by_portal(item, table):
        state = RowState.BY_PORTAL
    elif row.exclusion_reason:
        state = RowState.EXCLUDED
    elif unbuilt(table, row):
        state = RowState.UNBUILT
    else:
        state = RowState.ABSENT if row.absent_reason else RowState.ANSWERED
    return RowInput(
        item=item,
        value=row.value,
        state=state,
        filled=is_filled(item, row.value),
        build_missing=lacks_build_state(table, row),
        evidence=row.evidence,
        files=tuple(ProofFile(digest, valid_to) for digest, valid_to in files.get(item.id, ())),
        result=scored.points.get(item.id),
        target=row.target,
        offered=(row.source_label or "", _brought_words(item, row)) if row.source and row.overridden and is_binding(row.source) else None,
        reason=row.reason or row.explanation,
        pending=row.source_label or "" if row.pending else "",
        **beside,
    )


def _brought_words(item: Item, row: RowData) -> str:
    """The prefilled value in words."""
    brought = row.brought
    if reason := brought.get("exclusion_reason"):
        return f"不参评：{reason}"
    return f"不存在：{brought['absent_reason']}" if brought.get("absent_reason") else exact_words(item, brought.get("value"))


def finding(found: PlausibilityFinding, scored: Scored, limits: PlausibilityLimits) -> RowFinding:
    """Convert a finding of the rules, adding the words of its clause; the settings decide whether it blocks."""
    item = scored.table.items.get(found.item_id)
    return RowFinding(
        text=found.text,
        blocks=found.rule in limits.blocking or found.rule in limits.explain,
        explain=found.rule in limits.explain and found.rule not in limits.blocking,
        item_id=found.item_id,
        chapter=item.chapter if item else "",
        title=item.title if item else "",
        rule=found.rule,
        part=found.part,
        value=found.value,
        limit=found.limit,
        source=found.source,
    )


def files_of(table: ScoreTable) -> Files:
    """SHA-256 and last day of validity of the files under each item."""
    files: dict[str, list[tuple[str, Any]]] = {}
    rows = RowEvidence.objects.filter(row__table=table).values_list("row__item_id", "document__sha256", "document__valid_to")
    for item_id, digest, valid_to in rows:
        files.setdefault(item_id, []).append((digest, valid_to))
    return files


EMPTY, EXPIRED, UNPROVEN, MOVED, TARGET, RETURNED = "empty", "expired", "unproven", "moved", "target", "returned"
WORDS = {
    EMPTY: "未填",
    EXPIRED: "佐证材料已过有效期",
    UNPROVEN: "须附佐证材料",
    MOVED: "来源已变",
    TARGET: "未达目标或路径",
    RETURNED: "退回时列明",
}
# Reasons that 无变化 cannot settle at all, and those it settles only if the row is named.
NEVER = frozenset({EMPTY, EXPIRED, UNPROVEN, RETURNED})
BY_NAME = frozenset({MOVED, TARGET})


@dataclass(frozen=True)
class RowStatus:
    """Status of a row. ``why`` maps each reason to open it to its words (``moved``: the differing value of a source); ``bare``: no file.

    ``idle``: construction has not begun, so that its value is not compared with the target.
    """

    pending: bool
    confirmed: bool
    label: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False
    idle: bool = False

    @property
    def opens(self) -> bool:
        """Whether the row needs work: something is missing, or its source now gives another value."""
        return bool(self.why)

    @property
    def holds(self) -> bool:
        """Whether declaring 无变化 would settle the row."""
        return self.pending and not self.why

    @property
    def words(self) -> str:
        """Reasons why the row needs work, in words."""
        return "、".join(self.why.values())


def standings(table: ScoreTable, scored: Scored, rows: Mapping[str, RowData], today: dt.date) -> dict[str, RowStatus]:
    """Status of every row by item; a constant number of queries."""
    offers, files, returned = offers_of(table, today), files_of(table), returned_items(table)
    found = {}
    for item in scored.table.items.values():
        row = rows.get(item.id)
        if row is not None:
            entry = entry_of(table, scored, item, row, files)
            offered = offers.get(item.id, [])
            found[item.id] = standing_of(item, row, entry, offered, today=today, returned=item.id in returned)
    return found


def standing_of(
    item: Item, row: RowData, entry: RowInput, offers: list[tuple[PrefillSource, Offer]], *, today: dt.date, returned: bool
) -> RowStatus:
    """Status of one row from its content, files and sources. Pure."""
    why = {} if entry.state is RowState.BY_PORTAL else dict(_reasons(item, entry, today))
    answered = row.confirmed or row.version > 0
    if answered:
        why = {key: text for key, text in why.items() if key in NEVER}
    elif row.pending and (moved := _moved(row, offers)):
        why[MOVED] = moved
    if returned:
        why[RETURNED] = WORDS[RETURNED]
    return RowStatus(row.pending, row.confirmed, row.source_label or "", why, bare=not entry.evidence, idle=entry.state is RowState.UNBUILT)


def holding_words(found: Iterable[RowStatus]) -> tuple[int, str]:
    """Number of rows that declaring 无变化 would settle, and a sentence about them."""
    held = [one for one in found if one.holds]
    bare = sum(one.bare for one in held)
    papers = "佐证材料在有效期内"
    if bare:
        papers = "都没有佐证材料" if bare == len(held) else f"其中{bare}条没有佐证材料，其余的在有效期内"
    begun = "已启动的" if any(one.idle for one in held) else ""
    return len(held), f"{begun}没有低于年度目标或目标路径的，{papers}"


def _reasons(item: Item, entry: RowInput, today: dt.date) -> list[tuple[str, str]]:
    found = []
    if (entry.state is RowState.ANSWERED and not entry.filled) or entry.build_missing:
        found.append(EMPTY)
    if entry.state in (RowState.ANSWERED, RowState.ABSENT):
        if any(file.valid_to and file.valid_to < today for file in entry.files):
            found.append(EXPIRED)
        claimed = item.rule["kind"] == "claimed" and entry.earns
        if not entry.evidence and (claimed or (entry.state is RowState.ABSENT and item.when_absent == "full")):
            found.append(UNPROVEN)
    if entry.state is RowState.ANSWERED and entry.filled and entry.target is not None and missed_target(entry):
        found.append(TARGET)
    return [(key, WORDS[key]) for key in found]


def _moved(row: RowData, offers: list[tuple[PrefillSource, Offer]]) -> str:
    """The source's value that differs from the row; empty if all sources agree."""
    for source, offer in offers:
        if any(getattr(row, name) != value for name, value in offer.content.items() if name != "build_state"):
            return f"{WORDS[MOVED]}：{source.title}"
    return ""
