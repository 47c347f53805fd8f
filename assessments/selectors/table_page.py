"""The score table as a page: chapters, the rows of one chapter, totals. Built once per request from a few queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from assessments.enums import BuildState
from assessments.models import ScoreTable
from assessments.selectors.check import findings_of, is_filled, is_settled
from assessments.selectors.scoring import OUTSIDE_KEY_AREAS, RowData, Scored, left_out_by_portal, unbuilt
from assessments.selectors.table_widgets import Widget, key_of, percent, shown, widgets_of
from indicators.explain import explain_item, steps_of
from indicators.scoring import ChapterRules, Item, ItemResult, plain

LADDER_WIDTH = 12


class Bar(NamedTuple):
    """One step of the ladder under the points."""

    x: int
    on: bool


@dataclass(frozen=True)
class RowView:
    """A row of the page; ``message`` belongs to what was typed and not taken."""

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
    ladder: tuple[Bar, ...]
    evidence: int
    tag: str
    colour: str
    hint: str
    out: str = ""
    computed: str = ""
    message: str = ""

    @property
    def width(self) -> int:
        """Width of the ladder in pixels."""
        return len(self.ladder) * LADDER_WIDTH - 2


@dataclass(frozen=True)
class ChapterView:
    """A line of the chapter list."""

    key: str
    number: str
    title: str
    score: str
    planned: str
    filled: int
    count: int
    weight: str
    failing: int
    bonus: bool
    current: bool

    @property
    def done(self) -> bool:
        """Whether every row is settled."""
        return self.filled == self.count


@dataclass(frozen=True)
class Totals:
    """The bottom bar."""

    total: str
    bonus: str
    level: str
    planned_total: str
    planned_level: str
    filled: int
    count: int
    missing: int
    todo: int
    failing: tuple[tuple[str, str], ...]
    low: tuple[str, ...]
    refusal: str


@dataclass(frozen=True)
class GroupView:
    """Rows under one head."""

    title: str
    note: str
    rows: list[RowView]


@dataclass(frozen=True)
class Sheet:
    """What every part of the page is computed from."""

    table: ScoreTable
    scored: Scored
    rows: Mapping[str, RowData]
    previous: Mapping[str, RowData] = field(default_factory=dict)

    @property
    def points(self) -> dict[str, ItemResult]:
        """Result of each item; empty when scoring refuses."""
        return self.scored.points

    @property
    def planned_result(self) -> dict[str, Any]:
        """Result of the planning table that stands behind 预期, or of none."""
        return self.table.planned.result if self.table.planned_id and self.table.planned else {}

    @cached_property
    def planned_points(self) -> dict[str, Mapping[str, Any]]:
        """Planned result of each item."""
        return {one["id"]: one for one in self.planned_result.get("items", ())}


def chapter_named(sheet: Sheet, key: str) -> ChapterRules:
    """Chapter by key; the first one for anything else."""
    chapters = [chapter for chapter in sheet.scored.table.chapters if chapter.items]
    return next((chapter for chapter in chapters if chapter.key == key), chapters[0])


def chapter_of_item(sheet: Sheet, item_id: str) -> str:
    """Key of the chapter of an item, empty for none."""
    item = sheet.scored.table.items.get(item_id)
    return item.chapter if item else ""


def chapters_of(sheet: Sheet, current: str) -> list[ChapterView]:
    """Return the chapter list with progress and scores."""
    scores = {one.key: one for one in sheet.scored.result.chapters} if sheet.scored.result else {}
    planned = {one["key"]: one for one in sheet.planned_result.get("chapters", ())}
    points = sheet.points
    views = []
    for chapter in sheet.scored.table.chapters:
        if not chapter.items:
            continue
        found = scores.get(chapter.key)
        failing = sum(1 for item in chapter.controls if item.id in points and _fails(sheet, item, points[item.id]))
        views.append(
            ChapterView(
                key=chapter.key,
                number=chapter.number,
                title=chapter.title,
                score="—" if found is None else f"+{two(found.obtained)}" if chapter.bonus else two(found.score),
                planned=_planned_chapter(planned.get(chapter.key), bonus=chapter.bonus),
                filled=sum(is_settled(sheet.table, item, sheet.rows.get(item.id)) for item in chapter.items),
                count=len(chapter.items),
                weight="" if chapter.bonus else f"{plain(Decimal(chapter.weight.numerator) * 100 / Decimal(chapter.weight.denominator))}%",
                failing=failing,
                bonus=chapter.bonus,
                current=chapter.key == current,
            )
        )
    return views


def _planned_chapter(found: Mapping[str, Any] | None, *, bonus: bool) -> str:
    if not found:
        return ""
    return f"+{found['obtained']}" if bonus else str(found["score"])


def _fails(sheet: Sheet, item: Item, result: ItemResult) -> bool:
    """Whether a control is answered and does not hold; an unanswered or unbuilt one is no failure yet."""
    row = sheet.rows.get(item.id)
    return result.holds is False and row is not None and not unbuilt(sheet.table, row) and is_filled(item, row.value)


def totals_of(sheet: Sheet) -> Totals:
    """Return the bottom bar."""
    result, planned = sheet.scored.result, sheet.planned_result
    labels = {level.key: level.label for level in sheet.scored.rules.levels}
    items, points = sheet.scored.table.items, sheet.points
    filled = sum(is_settled(sheet.table, item, sheet.rows.get(name)) for name, item in items.items())
    found = [one for one in findings_of(sheet.table, sheet.scored, sheet.rows, files={}) if not one.text.startswith("未填")]
    chapters = {chapter.key: chapter.title for chapter in sheet.scored.table.chapters}
    low = [chapters[name] for name in result.blocked_by if name in chapters] if result else []
    return Totals(
        total=two(result.total) if result else "—",
        bonus=two(result.bonus) if result and result.bonus else "",
        level=_level(labels, result.level if result else None),
        planned_total=str(planned.get("total", "")),
        planned_level=_level(labels, planned.get("level")) if planned else "",
        filled=filled,
        count=len(items),
        missing=len(items) - filled,
        todo=len({one.item_id for one in found}),
        failing=tuple(
            (name, items[name].chapter) for name in points if points[name].holds is False and _fails(sheet, items[name], points[name])
        ),
        low=tuple(low),
        refusal=sheet.scored.refusal,
    )


def _level(labels: Mapping[str, str], key: str | None) -> str:
    return labels.get(key or "", "未达星级")


def groups_of(sheet: Sheet, chapter: ChapterRules, typed: Mapping[str, tuple[Any, str]] | None = None) -> list[GroupView]:
    """Return the rows of a chapter under their heads. ``typed``: value and message of cells that were not taken, by item."""
    groups = []
    for title, items in grouped(chapter):
        rows = [row_view(sheet, item, *(typed or {}).get(item.id, (None, ""))) for item in items]
        groups.append(GroupView(title, note_of(sheet, items), rows))
    return groups


def grouped(chapter: ChapterRules) -> list[tuple[str, list[Item]]]:
    """Items of a chapter under their heads, controls first."""
    found = groupby(chapter.items, key=lambda item: "控制项" if item.is_control else str(item.data["group"]))
    return [(title, list(members)) for title, members in found]


def note_of(sheet: Sheet, items: list[Item]) -> str:
    """What stands beside a head: points of the group."""
    if items[0].is_control:
        return "须全部满足"
    points = [sheet.points[item.id] for item in items if item.id in sheet.points]
    if not points:
        return ""
    got = sum((one.points or Decimal(0) for one in points), Decimal(0))
    most = sum((one.most or Decimal(0) for one in points if not one.excluded), Decimal(0))
    return f"{'已实现' if sheet.table.building else '得'}{plain(got)} / {plain(most)}分"


def row_view(sheet: Sheet, item: Item, typed: Any = None, message: str = "") -> RowView:
    """Build one row; with a message the inputs show what was typed."""
    row = sheet.rows.get(item.id) or RowData(sheet.table.pk, item.id, None, "", "", "", None, "", 0, 0, 0)
    result, before = sheet.points.get(item.id), sheet.previous.get(item.id)
    out = _out(sheet, item, row)
    tag, colour = state_of(sheet, item, row, result)
    blank = bool(out) or row.value is None
    return RowView(
        item_id=item.id,
        key=key_of(item.id),
        title=item.title,
        widgets=() if out else widgets_of(item, typed if message else row.value),
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
        tag=tag,
        colour=colour,
        hint="" if blank else _hint(sheet, item, row),
        out=out,
        computed="" if out or not item.ratio else percent(row.value),
        message=message,
    )


def _out(sheet: Sheet, item: Item, row: RowData) -> str:
    if left_out_by_portal(item, sheet.table):
        return OUTSIDE_KEY_AREAS
    if row.exclusion_reason:
        return f"不参评：{row.exclusion_reason}"
    return f"不存在：{row.absent_reason}" if row.absent_reason else ""


def state_of(sheet: Sheet, item: Item, row: RowData, result: ItemResult | None) -> tuple[str, str]:
    """Word and colour of a row's state."""
    if left_out_by_portal(item, sheet.table) or row.exclusion_reason or (row.absent_reason and item.when_absent == "exclude"):
        return "不参评", ""
    if row.absent_reason:
        return "不存在", "green" if row.evidence else "amber"
    if unbuilt(sheet.table, row):
        return "不作结论", ""
    if not is_filled(item, row.value):
        return ("未填" if row.value is None else "未填全"), "" if row.value is None else "amber"
    if item.is_control:
        return ("满足", "green") if result and result.holds else ("不满足", "red")
    return ("已填", "blue") if row.evidence or not (result and result.points) else ("缺佐证", "amber")


def _planned_points(sheet: Sheet, item: Item) -> str:
    found = sheet.planned_points.get(item.id)
    if found is None or found["excluded"]:
        return "—"
    return plain(Decimal(found["points"])) if found["points"] is not None else "满足" if found["holds"] else "不满足"


def _ladder(item: Item, value: Any) -> tuple[Bar, ...]:
    if item.rule["kind"] != "steps":
        return ()
    steps = steps_of(item, value)
    hit = next((index for index, step in enumerate(steps) if step.hit), -1)
    return tuple(Bar(index * LADDER_WIDTH, index <= hit) for index in range(len(steps)))


def _hint(sheet: Sheet, item: Item, row: RowData) -> str:
    """What the next step would bring."""
    if sheet.scored.result is None or item.is_control or item.rule["kind"] not in {"steps", "linear"} or not is_filled(item, row.value):
        return ""
    explained = explain_item(sheet.scored.rules, sheet.scored.result, item.id, row.value)
    return f"{explained.distance}，可多得{plain(explained.gain)}分" if explained.distance and explained.gain else ""


def two(number: Decimal) -> str:
    """Figure with two decimals."""
    return f"{number:.2f}"


BUILD_CHOICES = tuple((state.value, str(state.label)) for state in BuildState)
