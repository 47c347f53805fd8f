"""The drawer: one clause with its rule, evidence, explanation and history."""

from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.findings.selectors.row_facts import RowMark
from assessments.prefill.sources import is_binding
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.models import RowChange, RowEvidence, ScoreTable
from assessments.tables.selectors.scoring import RowData, left_out_by_portal
from assessments.tables.selectors.widgets import exact_words, key_of
from assessments.versions.selectors import CellChange, change_line
from greendistrict.documents.models import Evidence
from indicators.scoring.explain import RuleStep, explain_item, rule_words, steps_of
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item

HISTORY = 12


@dataclass(frozen=True)
class Drawer:
    """Content of the drawer of a row."""

    item: Item
    key: str
    row: RowData
    rule: str
    steps: tuple[RuleStep, ...]
    gain: str
    worth: str
    evidence: list[RowEvidence]
    history: list[CellChange]
    before: str
    after: str
    current: str
    auto: bool
    inferred: bool
    marks: tuple[RowMark, ...]

    @property
    def absent_hint(self) -> str:
        """Condition for declaring that nothing of the kind exists, and the effect of the declaration, in words."""
        brings = "按满分计，须附佐证材料" if self.item.when_absent == "full" else "按不参评计"
        return f"{self.item.data['exclude_when'] or '区内不存在此类情况'}；声明后{brings}"

    @property
    def asks_reason(self) -> bool:
        """Whether a value that differs from the prefilled one needs a reason: only for binding sources."""
        return bool(self.row.source and (is_binding(self.row.source) or self.row.reason))

    @property
    def most(self) -> str:
        """Maximum points of the clause."""
        return plain(self.item.points)


def drawer_of(sheet: ScoreSheet, item_id: str, *, live: bool = True, past: list[CellChange] | None = None) -> Drawer:
    """Drawer of an item; evidence and history take one query each if there are any. Frozen rows have no live history.

    ``past`` is the history for users who may not see drafts (``row_history.version_changes``).
    """
    item = sheet.scored.table.items[item_id]
    row = sheet.rows.get(item_id) or RowData(sheet.table.pk, item_id, None, "", "", "", None, "", 0, 0, 0)
    explained = explain_item(sheet.scored.rules, sheet.scored.result, item_id, row.value) if sheet.scored.result else None
    names = list(sheet.scored.table.items)
    place = names.index(item_id)
    return Drawer(
        item=item,
        key=key_of(item_id),
        row=row,
        rule=rule_words(item),
        steps=explained.steps if explained else steps_of(item, row.value),
        gain=plain(explained.gain) if explained and explained.gain else "",
        worth=plain(explained.worth) if explained and explained.worth else "",
        evidence=list(evidence_of_row(row)) if live and row.evidence else [],
        history=past if past is not None else _history(item, row) if live and (row.version or row.source) else [],
        before=names[place - 1] if place else "",
        after=names[place + 1] if place + 1 < len(names) else "",
        current=exact_words(item, row.value),
        auto=left_out_by_portal(item, sheet.table),
        marks=sheet.facts[item_id].marks,
        inferred=not any(one.get("certainty") == "quoted" for one in item.data["basis"] or ()),
    )


def evidence_of_row(row: RowData) -> QuerySet[RowEvidence]:
    """Files linked to a row."""
    return RowEvidence.objects.filter(row_id=row.pk).select_related("document").order_by("pk")


def _history(item: Item, row: RowData) -> list[CellChange]:
    changes = RowChange.objects.filter(row_id=row.pk).select_related("by").only("field", "old", "new", "at", "by__name")
    return [change_line(item, change) for change in changes.order_by("-pk")[:HISTORY] if says_something(change)]


def says_something(change: RowChange) -> bool:
    """Whether a history entry changes the value."""
    return bool(change.field == "unchanged" or change.old != change.new)


def files_of(district: int) -> QuerySet[Evidence]:
    """All versions of the files of a district and of its score tables."""
    tables = ScoreTable.objects.filter(district=district).values_list("pk", flat=True)
    return Evidence.objects.filter(owner__in=[f"districts.district:{district}", *(f"assessments.scoretable:{key}" for key in tables)])


def library_of(table: ScoreTable) -> QuerySet[Evidence]:
    """Files that may be picked: the district's own and those of its score tables, newest first, without replaced ones."""
    return files_of(table.district_id).filter(replaced_by__isnull=True).order_by("-uploaded_at", "-pk")
