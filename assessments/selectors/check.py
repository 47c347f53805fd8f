"""提交前核对: what is missing in a table, what blocks and what only warns, each bound to its row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.models import RowEvidence, ScoreTable
from assessments.selectors.scoring import RowData, Scored, left_out_by_portal, unbuilt
from greendistrict.core import clock
from indicators.scoring import Item

Files = dict[str, list[tuple[str, Any]]]


@dataclass(frozen=True)
class Finding:
    """One thing to look at; ``item_id`` is empty when it is about the whole table, ``chapter`` is the key to open."""

    text: str
    blocks: bool
    item_id: str = ""
    chapter: str = ""
    title: str = ""


def is_filled(item: Item, value: Any) -> bool:
    """Whether a value is there in full: both numbers of a ratio, every value of ``all_of``."""
    if value is None:
        return False
    if item.ratio:
        return {"a", "b"} <= set(value)
    if item.rule["kind"] == "all_of":
        return {entry["value"]["key"] for entry in item.rule["rules"]} <= set(value)
    return True


def is_settled(table: ScoreTable, item: Item, row: RowData | None) -> bool:
    """Whether nothing more has to be filled in for the row: the count behind 进度."""
    if left_out_by_portal(item, table):
        return True
    if row is None:
        return False
    return bool(row.exclusion_reason or row.absent_reason or unbuilt(table, row)) or is_filled(item, row.value)


def findings_of(table: ScoreTable, scored: Scored, rows: Mapping[str, RowData], files: Files | None = None) -> list[Finding]:
    """Findings in the order of the table, the whole table's first; one query for expired and shared evidence unless given."""
    files = files_of(table) if files is None else files
    found = [Finding(scored.refusal, blocks=True)] if scored.refusal else []
    for item in scored.table.items.values():
        row = rows.get(item.id)
        found += [
            Finding(text, blocks, item.id, item.chapter, item.title)
            for text, blocks in _row_findings(table, scored, item, row, files.get(item.id, ()))
        ]
    return found + _shared(scored, files)


def files_of(table: ScoreTable) -> Files:
    """Digest and last day of validity of the files under each item."""
    found: dict[str, list[tuple[str, Any]]] = {}
    rows = RowEvidence.objects.filter(row__table=table).values_list("row__item_id", "document__sha256", "document__valid_to")
    for item_id, digest, valid_to in rows:
        found.setdefault(item_id, []).append((digest, valid_to))
    return found


def _row_findings(
    table: ScoreTable, scored: Scored, item: Item, row: RowData | None, files: Iterable[tuple[str, Any]]
) -> Iterable[tuple[str, bool]]:
    if row is None or left_out_by_portal(item, table):
        return
    if table.building and not row.build_state:
        yield "未填建设情况", True
    if row.exclusion_reason or unbuilt(table, row):
        return
    if row.absent_reason:
        if not row.evidence:
            yield "声明不存在须附佐证材料", item.when_absent == "full"
        return
    if not is_filled(item, row.value):
        yield ("未填" if row.value is None else "未填全"), True
        return
    yield from _evidence_findings(scored, item, row, files)


def _evidence_findings(scored: Scored, item: Item, row: RowData, files: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, bool]]:
    found = scored.points.get(item.id)
    if found is not None and found.holds is False:
        yield "控制项不满足，如实填报的不阻断提交", False
    earns = found is not None and (found.holds or (found.points or 0) > 0)
    if earns and not row.evidence:
        yield "缺佐证材料", item.rule["kind"] == "claimed"
    today = clock.today()
    if any(valid_to and valid_to < today for _, valid_to in files):
        yield "佐证材料已过有效期", False


def _shared(scored: Scored, files: Files) -> list[Finding]:
    """Warn where one file stands under two clauses that may not claim the same achievement."""
    found = []
    for item in scored.table.items.values():
        for other in item.data.get("shared_with") or ():
            same = {digest for digest, _ in files.get(item.id, ())} & {digest for digest, _ in files.get(other, ())}
            if item.id < other and same:
                text = f"与 {other} 用了同一份材料，同一成果不得重复计分，由专家认定"
                found.append(Finding(text, blocks=False, item_id=item.id, chapter=item.chapter, title=item.title))
    return found
