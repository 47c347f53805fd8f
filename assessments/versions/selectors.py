"""Changes of a table cell by cell, and between its versions."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import F, Q, QuerySet

from assessments.common.enums import BuildState
from assessments.tables.models import WITH_VERSION, RowChange, RowEvidence, ScoreTable, TableVersion
from assessments.tables.rules import sees_drafts, sees_live_rows
from assessments.tables.selectors.scoring import rows_of, score_rows
from assessments.tables.selectors.tables import score_tables_visible_to
from assessments.tables.selectors.widgets import exact_words
from greendistrict.accounts.acting import named
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.integers import whole
from greendistrict.documents.enums import PRINTED
from greendistrict.documents.selectors import withheld
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import score
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ScoringRefused, ValueProblem

# Display text of a change to a cell.

FIELD_WORDS = {
    "value": "取值",
    "base": "基础数据",
    "exclusion_reason": "不参评理由",
    "absent_reason": "不存在的说明",
    "explanation": "说明",
    "build_state": "建设情况",
    "unchanged": "声明",
    "reason": "改写理由",
}


@dataclass(frozen=True)
class CellChange:
    """An entry of the history."""

    label: str
    old: str
    new: str
    by: str
    at: Any


def change_line(item: Item, change: RowChange) -> CellChange:
    """A change in words."""
    return CellChange(
        FIELD_WORDS.get(change.field, change.field),
        _words(item, change.field, change.old),
        _words(item, change.field, change.new),
        named(change, "by"),
        change.at,
    )


def _words(item: Item, field: str, value: Any) -> str:
    if field in {"value", "base"}:
        return exact_words(item, value)
    if field == "unchanged":
        return "无变化" if value else "未确认"
    words = {**dict(BuildState.choices), "": "未填"}
    return words.get(str(value or ""), str(value))


# Differences between two versions or years of a score table, cell by cell.

LIVE = "now"
TEXTS = {"exclusion_reason": "不参评理由", "absent_reason": "不存在的说明", "explanation": "说明", "build_state": "建设情况"}


@dataclass(frozen=True)
class ComparedState:
    """One side of a comparison: ``key`` names it in URLs, ``content`` has the form of a frozen version."""

    key: str
    label: str
    table: ScoreTable
    rows: Mapping[str, Mapping[str, Any]]
    points: Mapping[str, str]
    total: str


@dataclass(frozen=True)
class Difference:
    """A cell that differs; ``points`` has both sides' points if they differ."""

    item_id: str
    title: str
    label: str
    old: str
    new: str
    points: str = ""


@dataclass(frozen=True)
class VersionChoice:
    """A state that can be chosen for comparison."""

    key: str
    label: str


def choices_of(viewer: Viewer, table: ScoreTable) -> list[VersionChoice]:
    """States that can be compared: the live table (for those who see it), its versions, versions of other years."""
    found = [VersionChoice(LIVE, "现在的内容")] if _has_live(viewer, table) else []
    found += [VersionChoice(str(version.number), _label(version, table)) for version in table.versions.order_by("-number")]
    return found + [VersionChoice(f"{one.table_id}-{one.number}", _label(one, table)) for one in _other_years(viewer, table)]


def _has_live(viewer: Viewer, table: ScoreTable) -> bool:
    """Whether the live rows are a separate state for this user: after submission they equal the newest version."""
    return table.status not in WITH_VERSION and sees_live_rows(viewer.held, table)


def _other_years(viewer: Viewer, table: ScoreTable) -> QuerySet[TableVersion]:
    tables = score_tables_visible_to(viewer).filter(district=table.district_id, purpose=table.purpose, type=table.type, stage=table.stage)
    others = TableVersion.objects.filter(table__in=tables.exclude(pk=table.pk).order_by().values("pk"))
    return others.select_related("table").order_by("-table__year", "-number")


def _label(version: TableVersion, table: ScoreTable) -> str:
    year = f"{version.table.year or ''}年度" if version.table_id != table.pk and version.table.year else ""
    return f"{year}第{version.number}版{'（已接收）' if version.counts else ''}"


def state_of(viewer: Viewer, table: ScoreTable, key: str) -> ComparedState | None:
    """State by its key; None if it does not exist or is not visible."""
    if key == LIVE:
        return live_state(table) if _has_live(viewer, table) else None
    other, _, number = key.rpartition("-")
    count, elsewhere = whole(number), whole(other)
    if count is None or (other and elsewhere is None):
        return None
    versions = _other_years(viewer, table).filter(table=elsewhere) if elsewhere is not None else table.versions.select_related("table")
    version = versions.filter(number=count).first()
    return frozen_state(version, _label(version, table), key) if version else None


def frozen_state(version: TableVersion, label: str, key: str) -> ComparedState:
    """State of a frozen version, with its frozen figures."""
    content = version.content
    result = content["result"] or {}
    classified = withheld(Viewer(None), (file["sha256"] for row in content["rows"] for file in row["evidence"]))
    rows = {row["item_id"]: {**row, "evidence": [_named(file, classified) for file in row["evidence"]]} for row in content["rows"]}
    return ComparedState(key, label, version.table, rows, _points(result), str(result.get("total", "—")))


def _named(file: Mapping[str, Any], classified: Collection[str]) -> Mapping[str, Any]:
    return {**file, "title": PRINTED} if file["sha256"] in classified else file


def live_state(table: ScoreTable) -> ComparedState:
    """State of the live rows."""
    rows = rows_of(table.pk)[table.pk]
    scored = score_rows(table, rows.values())
    files: dict[str, list[dict[str, Any]]] = {}
    for link in RowEvidence.objects.filter(row__table=table).select_related("row", "document"):
        files.setdefault(link.row.item_id, []).append({"title": link.document.printed_title, "sha256": link.document.sha256})
    kept = {name: {**row._asdict(), "evidence": files.get(name, [])} for name, row in rows.items()}
    result = scored.result.as_json() if scored.result else {}
    return ComparedState(LIVE, "现在的内容", table, kept, _points(result), str(result.get("total", "—")))


def _points(result: Mapping[str, Any]) -> dict[str, str]:
    return {one["id"]: _one_points(one) for one in result.get("items", ())}


def _one_points(one: Mapping[str, Any]) -> str:
    if one.get("excluded"):
        return "不参评"
    if one.get("points") is not None:
        return f"{one['points']}分"
    return "满足" if one.get("holds") else "不满足"


def same_standard(old: ComparedState, new: ComparedState) -> bool:
    """Whether clause numbers mean the same on both sides (same edition)."""
    return old.table.edition_id == new.table.edition_id


def differences(old: ComparedState, new: ComparedState) -> list[Difference]:
    """Cells that differ, in the order of the newer table; clauses of one side only are listed completely."""
    items = rules_for(new.table.edition).items
    names = [*new.rows, *(name for name in old.rows if name not in new.rows)]
    return [found for name in names if name in items for found in _row(items[name], old, new)]


def _row(item: Item, old: ComparedState, new: ComparedState) -> Iterator[Difference]:
    before, after = old.rows.get(item.id), new.rows.get(item.id)
    if before is None or after is None:
        yield Difference(item.id, item.title, "条文", "有" if before else "没有", "有" if after else "没有")
        return
    if before["value"] != after["value"]:
        points = (old.points.get(item.id, "—"), new.points.get(item.id, "—"))
        points_change = f"{points[0]} → {points[1]}" if points[0] != points[1] else ""
        yield Difference(item.id, item.title, "取值", exact_words(item, before["value"]), exact_words(item, after["value"]), points_change)
    for name, label in TEXTS.items():
        if (before[name] or "") != (after[name] or ""):
            yield Difference(item.id, item.title, label, _text_words(name, before[name]), _text_words(name, after[name]))
    yield from _files(item, before["evidence"], after["evidence"])


def _text_words(name: str, text: str) -> str:
    if name == "build_state" and text:
        return str(BuildState(text).label)
    return text or "未填"


def _files(item: Item, before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]) -> Iterator[Difference]:
    """Differences of files, compared by content: a replaced file counts as removed and added."""
    old, new = ({file["sha256"]: file["title"] for file in files} for files in (before, after))
    gone, come = [old[one] for one in old if one not in new], [new[one] for one in new if one not in old]
    if gone or come:
        yield Difference(item.id, item.title, "佐证材料", "、".join(gone) or "—", "、".join(come) or "—")


# Recalculation of a frozen version's score from frozen data.


def score_again(edition: Edition, content: Mapping[str, Any]) -> Any:
    """Score the frozen rows from frozen data only; None if they have no score."""
    left = {**content["exclusions"], **content["absent"]}
    begun = [row for row in content["rows"] if not (content["building"] and row["build_state"] == BuildState.NOT_STARTED)]
    values = {row["item_id"]: row["value"] for row in begun if row["value"] is not None and row["item_id"] not in left}
    try:
        found = score(rules_for(edition), content["type"], content["stage"], values, content["exclusions"], content["absent"])
    except (ScoringRefused, ValueProblem):
        return None
    return found.as_json()


# Cell history of a row: every edit for the drafting side, differences between submitted versions for others.


def changes_of(table: ScoreTable, item_id: str = "", field: str = "") -> QuerySet[RowChange]:
    """Changes of a table, newest first, optionally of one clause or field. Saves that change nothing are left out."""
    same = Q(old=F("new")) & ~Q(field="unchanged")
    changes = RowChange.objects.filter(row__table=table).exclude(same).select_related("by", "row").order_by("-pk")
    changes = changes.filter(row__item_id=item_id) if item_id else changes
    return changes.filter(field=field) if field else changes


def past_of(viewer: Viewer, table: ScoreTable, item_id: str) -> list[CellChange] | None:
    """History of a clause for users who may not see drafts; None for others, who read the changes themselves."""
    return None if sees_drafts(viewer.held, table) else [change for _, change in version_changes(table, item_id)]


def version_changes(table: ScoreTable, item_id: str = "", field: str = "") -> list[tuple[Item, CellChange]]:
    """Cells in which a submitted version differs from the one before, newest first; drafts in between stay private."""
    items = rules_for(table.edition).items
    states = [
        (version, frozen_state(version, "", str(version.number))) for version in table.versions.select_related("table").order_by("number")
    ]
    found: list[tuple[Item, CellChange]] = []
    for (_, before), (version, after) in reversed(list(pairwise(states))):
        changed = [one for one in differences(before, after) if not item_id or one.item_id == item_id]
        by = f"第{version.number}版"
        found += [
            (items[one.item_id], CellChange(one.label, one.old, one.new, by, version.frozen_at))
            for one in changed
            if not field or one.label == FIELD_WORDS[field]
        ]
    return found
