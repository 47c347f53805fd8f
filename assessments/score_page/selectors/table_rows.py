"""Data and rows of the score table page, of live and of frozen tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from itertools import groupby
from typing import Any, NamedTuple

from assessments.common.enums import BuildState
from assessments.findings.selectors.check import is_filled
from assessments.findings.selectors.row_facts import BLOCKING, RowCounts, RowFacts, RowMark, counts_of, facts_of
from assessments.prefill.selectors import LAST_YEAR
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.rules import sees_live_rows
from assessments.tables.selectors.scoring import (
    OUTSIDE_KEY_AREAS,
    RowData,
    Scored,
    held_of,
    left_out_by_portal,
    live_rows,
    rows_of,
    rows_of_version,
    score_rows,
    unbuilt,
)
from assessments.tables.selectors.widgets import Widget, exact_words, key_of, percent, shown, widgets_of
from districts.plausibility.comparisons import PlausibilityLimits, limits_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import Kept
from greendistrict.policy import parameters
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import ItemResult
from indicators.scoring.explain import explain_item, steps_of
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import ChapterRules, Item


def version_lines(table: ScoreTable, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a frozen version in words, with the frozen figures."""
    items = rules_for(table.edition).items
    results = {one["id"]: one for one in (content["result"] or {}).get("items", ())}
    lines = []
    for row in content["rows"]:
        found = results.get(row["item_id"], {})
        points = "不参评" if found.get("excluded") else found.get("points") or ("满足" if found.get("holds") else "不满足")
        note = row["exclusion_reason"] or row["absent_reason"] or content["exclusions"].get(row["item_id"]) or row["explanation"]
        words = exact_words(items[row["item_id"]], row["value"])
        lines.append({**row, "points": points, "note": note, "words": words, "files": len(row["evidence"])})
    return lines


LADDER_WIDTH = 12
KEPT_ROWS = 3000
BUILD_CHOICES = tuple((state.value, str(state.label)) for state in BuildState)


@dataclass(frozen=True)
class ScoreSheet:
    """A table's rows, last year's rows, edition, limits and score: the data from which every part of the page is computed."""

    table: ScoreTable
    scored: Scored
    rows: Mapping[str, RowData]
    previous: Mapping[str, RowData] = field(default_factory=dict)
    limits: PlausibilityLimits = field(default_factory=limits_of)

    @property
    def points(self) -> dict[str, ItemResult]:
        """Result of each item; empty if the table cannot be scored."""
        return self.scored.points

    @property
    def planned_result(self) -> dict[str, Any]:
        """Result of the planning table, shown as 预期; empty if there is none."""
        return self.table.planned.result if self.table.planned_id and self.table.planned else {}

    @cached_property
    def keys(self) -> dict[str, str]:
        """Cache key of each row by clause, covering everything its rendering depends on.

        Each key is a single string, because a string caches its hash for repeated lookups.
        """
        table = self.table
        around = table.edition.digest, table.type, table.stage, table.building, not table.district.key_areas, self.scored.result is None
        return {name: _key(self, name, around) for name in self.scored.table.items}

    @cached_property
    def facts(self) -> dict[str, RowFacts]:
        """Counts and marks of each row by clause; everything that counts rows uses them."""
        return {name: _known.get(f"{self.beside}{key}", partial(_find_facts, self, name)) for name, key in self.keys.items()}

    @cached_property
    def beside(self) -> str:
        """Part of every cache key that is common to all rows: limits, and whether last year is comparable."""
        return repr((self.limits, self.compares))

    @cached_property
    def compares(self) -> bool:
        """Whether last year's table is under the same edition."""
        before = self.table.previous if self.table.previous_id else None
        return before is not None and before.edition_id == self.table.edition_id

    def last(self, name: str) -> Any:
        """Last year's value of a clause in the form the rules read; None if there is none or it is not comparable."""
        before = self.previous.get(name) if self.compares else None
        return None if before is None or before.exclusion_reason or before.absent_reason else before.value

    @cached_property
    def planned_points(self) -> dict[str, Mapping[str, Any]]:
        """Planned result of each item."""
        return {one["id"]: one for one in self.planned_result.get("items", ())}


def live_sheet(table: ScoreTable) -> ScoreSheet:
    """The table as it is now, with last year's rows and current limits; used by page, autosave and desk. Two queries."""
    rows = live_rows(table)
    mine = rows[table.pk]
    return ScoreSheet(table, score_rows(table, mine.values()), mine, rows.get(table.previous_id or 0, {}), limits_of(parameters.load()))


def sheet_of(viewer: Viewer, table: ScoreTable) -> tuple[ScoreSheet, TableVersion | None]:
    """The rows the user may see: live ones, or the last frozen version for those who may not see live rows."""
    if sees_live_rows(viewer.held, table):
        return live_sheet(table), None
    version = table.versions.order_by("-number").first()
    frozen = rows_of_version(version) if version else {}
    return ScoreSheet(
        table, score_rows(table, frozen.values()), frozen, rows_of(table.previous_id).get(table.previous_id or 0, {})
    ), version


def _key(sheet: ScoreSheet, name: str, around: tuple[Any, ...]) -> str:
    """Cache key of a row: clause, stored row, last year's row, planned points, base quantities, and the common part ``around``."""
    row, before, table = sheet.rows.get(name), sheet.previous.get(name), sheet.table
    return repr(
        (
            around,
            name,
            row and row.shown,
            before and (before.value, before.exclusion_reason, before.absent_reason),
            sheet.planned_points.get(name),
            table.bases and held_of(table, name),
        )
    )


_known: Kept[RowFacts] = Kept(KEPT_ROWS)


def _find_facts(sheet: ScoreSheet, name: str) -> RowFacts:
    item = sheet.scored.table.items[name]
    return facts_of(sheet.table, sheet.scored, item, sheet.rows.get(name), sheet.last(name), sheet.limits)


@dataclass(frozen=True)
class RowView:
    """A row of the page; ``message`` explains why the typed value was refused.

    ``ladder``: steps of the bar that shows how many points the value earns, as (left edge in pixels, reached).
    """

    item_id: str
    key: str
    title: str
    widgets: tuple[Widget, ...]
    version: int
    last: str
    target: str
    build_state: str
    planned: str
    points: str
    most: str
    is_control: bool
    ladder: tuple[tuple[int, bool], ...]
    evidence: int
    tag: str
    colour: str
    hint: str
    out: str = ""
    computed: str = ""
    message: str = ""
    source: str = ""
    source_here: bool = False
    pending: bool = False
    settle: str = ""
    why: str = ""
    marks: tuple[RowMark, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Width of the step bar in pixels."""
        return len(self.ladder) * LADDER_WIDTH - 2


def row_view(sheet: ScoreSheet, item: Item, typed: Any = None, message: str = "", *, why: str = "") -> RowView:
    """Build one row; with a ``message`` the inputs show what was typed. ``why`` is the filter's reason for showing it."""
    row = sheet.rows.get(item.id) or RowData(sheet.table.pk, item.id, None, "", "", "", None, "", 0, 0, 0)
    result, before = sheet.points.get(item.id), sheet.previous.get(item.id)
    out = _out(sheet, item, row)
    tag, colour = state_of(sheet, item, row, result)
    facts = sheet.facts[item.id]
    tags = _tags(tag, colour, facts)
    blank = bool(out) or row.value is None
    return RowView(
        item_id=item.id,
        key=key_of(item.id),
        title=item.title,
        widgets=() if out else widgets_of(item, typed if message else row.value, held_of(sheet.table, item.id)),
        version=row.version,
        last="不参评" if before and before.exclusion_reason else shown(item, before.value if before else None),
        target=shown(item, row.target),
        build_state=row.build_state,
        planned=_planned_points(sheet, item),
        points="—" if result is None or result.points is None or (blank and not row.absent_reason) else plain(result.points),
        most="" if item.is_control else plain(item.points),
        is_control=item.is_control,
        ladder=() if blank else _ladder(item, row.value),
        evidence=row.evidence,
        tag=tags[0][0],
        colour=tags[0][1],
        hint="" if blank else _hint(sheet, item, row),
        out=out,
        computed="" if out or not item.ratio else percent(row.value),
        message=message,
        source=row.source_label or "",
        source_here=bool(row.source) and row.source != LAST_YEAR.key,
        pending=row.pending,
        settle="无变化" if row.source == LAST_YEAR.key else "确认",
        why=why,
        marks=facts.marks,
        also=tuple(word for word, _ in tags[1:]),
    )


def _tags(tag: str, colour: str, facts: RowFacts) -> list[tuple[str, str]]:
    """Words and colours of the state column, worst first: open work and unfulfilled rules come before a plain 已填."""
    marks = [(mark.label, "red" if mark.rule in BLOCKING else "amber" if mark.open else "") for mark in facts.marks]
    proof = [("缺佐证", "amber")] if facts.unproven and tag != "缺佐证" else []
    own = [] if tag == "已填" and (marks or proof) else [(tag, colour)]
    return [*own, *marks, *proof] if colour == "red" or tag == "待确认" else [*marks, *own, *proof]


def _out(sheet: ScoreSheet, item: Item, row: RowData) -> str:
    if left_out_by_portal(item, sheet.table):
        return OUTSIDE_KEY_AREAS
    if row.exclusion_reason:
        return f"不参评：{row.exclusion_reason}"
    return f"不存在：{row.absent_reason}" if row.absent_reason else ""


def state_of(sheet: ScoreSheet, item: Item, row: RowData, result: ItemResult | None) -> tuple[str, str]:
    """Word and colour of a row's state."""
    if row.pending:
        return "待确认", "amber"
    if left_out_by_portal(item, sheet.table) or row.exclusion_reason or (row.absent_reason and item.when_absent == "exclude"):
        return "不参评", ""
    if row.absent_reason:
        return "不存在", "green" if row.evidence else "amber"
    if unbuilt(sheet.table, row):
        return "不作结论", ""
    return _answered_state(item, row, result)


def idle_controls(sheet: ScoreSheet) -> int:
    """Number of control items that take part and get no verdict, because construction of their objects has not begun."""
    rows = ((item, sheet.rows.get(item.id)) for item in sheet.scored.table.items.values() if item.is_control)
    return sum(row is not None and not _out(sheet, item, row) and unbuilt(sheet.table, row) for item, row in rows)


def control_counts(sheet: ScoreSheet) -> RowCounts:
    """Control items that take part, by what is known of each: nobody says of those that are not filled that they hold."""
    taking_part = (item for item in sheet.scored.table.items.values() if item.is_control)
    out = {name for name, found in sheet.points.items() if found.excluded}
    return counts_of([sheet.facts[item.id].group for item in taking_part if item.id not in out])


def _answered_state(item: Item, row: RowData, result: ItemResult | None) -> tuple[str, str]:
    if not is_filled(item, row.value):
        return ("未填" if row.value is None else "未填全"), "" if row.value is None else "amber"
    if item.is_control:
        return ("满足", "green") if result and result.holds else ("不满足", "red")
    return ("已填", "blue") if row.evidence or not (result and result.points) else ("缺佐证", "amber")


def _planned_points(sheet: ScoreSheet, item: Item) -> str:
    planned = sheet.planned_points.get(item.id)
    if planned is None or planned["excluded"]:
        return "—"
    return plain(Decimal(planned["points"])) if planned["points"] is not None else "满足" if planned["holds"] else "不满足"


def _ladder(item: Item, value: Any) -> tuple[tuple[int, bool], ...]:
    if item.rule["kind"] != "steps":
        return ()
    steps = steps_of(item, value)
    hit = next((index for index, step in enumerate(steps) if step.hit), -1)
    return tuple((index * LADDER_WIDTH, index <= hit) for index in range(len(steps)))


def _hint(sheet: ScoreSheet, item: Item, row: RowData) -> str:
    """What reaching the next step would earn."""
    if sheet.scored.result is None or item.is_control or item.rule["kind"] not in {"steps", "linear"} or not is_filled(item, row.value):
        return ""
    explained = explain_item(sheet.scored.rules, sheet.scored.result, item.id, row.value)
    return f"{explained.distance}，可多得{plain(explained.gain)}分" if explained.distance and explained.gain else ""


class GroupHead(NamedTuple):
    """Heading above some rows of a chapter; ``key`` identifies it on the page."""

    key: str
    title: str
    note: str
    items: list[Item]


def heads_of(sheet: ScoreSheet, chapter: ChapterRules) -> list[GroupHead]:
    """Headings of a chapter with the points of each group."""
    groups = enumerate(grouped(chapter), start=1)
    return [GroupHead(f"{chapter.key}-{number}", title, note_of(sheet, items), items) for number, (title, items) in groups]


def grouped(chapter: ChapterRules) -> list[tuple[str, list[Item]]]:
    """Items of a chapter by heading, control items first."""
    found = groupby(chapter.items, key=lambda item: "控制项" if item.is_control else str(item.data["group"]))
    return [(title, list(members)) for title, members in found]


def note_of(sheet: ScoreSheet, items: list[Item]) -> str:
    """Text beside a heading: points of the group."""
    if items[0].is_control:
        return "须全部满足"
    points = [sheet.points[item.id] for item in items if item.id in sheet.points]
    if not points:
        return ""
    got = sum((result.points or Decimal(0) for result in points), Decimal(0))
    most = sum((result.most or Decimal(0) for result in points if not result.excluded), Decimal(0))
    return f"{'已实现' if sheet.table.building else '得'}{plain(got)} / {plain(most)}分"
