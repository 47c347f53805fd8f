"""Status of each row: prefilled and unchanged, to be filled in again (with reasons), or confirmed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assessments.findings.selectors.check import entry_of, files_of
from assessments.plausibility.comparison_rules import missed_target
from assessments.plausibility.inputs import RowInput, RowState
from assessments.prefill.sources import Offer, PrefillSource, offers_of
from assessments.tables.models import ScoreTable
from assessments.tables.registry import returned_items
from assessments.tables.selectors.scoring import RowData, Scored
from indicators.scoring.prepare import Item

EMPTY, EXPIRED, UNPROVEN, MOVED, TARGET, RETURNED = "empty", "expired", "unproven", "moved", "target", "returned"
WORDS = {
    EMPTY: "未填",
    EXPIRED: "佐证材料已过有效期",
    UNPROVEN: "须附佐证材料",
    MOVED: "来源已变",
    TARGET: "未达年度目标",
    RETURNED: "退回时列明",
}
# Reasons that 无变化 cannot settle at all, and those it settles only if the row is named.
NEVER = frozenset({EMPTY, EXPIRED, UNPROVEN, RETURNED})
BY_NAME = frozenset({MOVED, TARGET})


@dataclass(frozen=True)
class RowStatus:
    """Status of a row. ``why`` maps each reason to open it to its words (``moved``: the differing value of a source); ``bare``: no file."""

    pending: bool
    confirmed: bool
    label: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False

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
    return RowStatus(row.pending, row.confirmed, row.source_label or "", why, bare=not entry.evidence)


def holding_words(found: Iterable[RowStatus]) -> tuple[int, str]:
    """Number of rows that declaring 无变化 would settle, and a sentence about them."""
    held = [one for one in found if one.holds]
    bare = sum(one.bare for one in held)
    if not bare:
        return len(held), "达到年度目标，佐证材料在有效期内"
    return len(held), "达到年度目标，都没有佐证材料" if bare == len(held) else f"达到年度目标，其中{bare}条没有佐证材料，其余的在有效期内"


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
