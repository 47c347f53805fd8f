"""The score table as a page: chapters with progress and scores, and the totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.findings.selectors.row_facts import RowCounts, counts_of
from assessments.score_page.selectors.table_rows import ScoreSheet
from greendistrict.core.rounding import fixed
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import ChapterRules


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
    pending: int

    @property
    def done(self) -> bool:
        """Whether every row is settled."""
        return self.filled == self.count


@dataclass(frozen=True)
class Totals:
    """Figures of the bar at the bottom of the page."""

    total: str
    bonus: str
    level: str
    planned_total: str
    planned_level: str
    counts: RowCounts
    unproven: int
    noted: int
    failing: tuple[tuple[str, str], ...]
    low: tuple[str, ...]
    refusal: str

    @property
    def filled(self) -> int:
        """Number of rows with nothing left to fill in or confirm."""
        return self.counts.settled

    @property
    def count(self) -> int:
        """Number of rows of the table."""
        return self.counts.count

    @property
    def open(self) -> bool:
        """Whether anything is left to fill in, confirm, prove or explain."""
        return bool(self.counts.empty or self.counts.pending or self.unproven or self.noted)


def chapter_named(sheet: ScoreSheet, key: str) -> ChapterRules:
    """Chapter by key or printed number; the first chapter for any other text."""
    chapters = [chapter for chapter in sheet.scored.table.chapters if chapter.items]
    return next((chapter for chapter in chapters if key in (chapter.key, chapter.number)), chapters[0])


def is_chapter(sheet: ScoreSheet, key: str) -> bool:
    """Whether the table has a chapter with that key or number."""
    return key in (chapter_named(sheet, key).key, chapter_named(sheet, key).number)


def chapter_of_item(sheet: ScoreSheet, item_id: str) -> str:
    """Key of an item's chapter; empty if there is none."""
    item = sheet.scored.table.items.get(item_id)
    return item.chapter if item else ""


def chapters_of(sheet: ScoreSheet, current: str) -> list[ChapterView]:
    """The chapter list with progress and scores."""
    scores = {one.key: one for one in sheet.scored.result.chapters} if sheet.scored.result else {}
    planned = {one["key"]: one for one in sheet.planned_result.get("chapters", ())}
    views = []
    for chapter in sheet.scored.table.chapters:
        if not chapter.items:
            continue
        found = scores.get(chapter.key)
        facts = [sheet.facts[item.id] for item in chapter.items]
        counts = counts_of([one.group for one in facts])
        views.append(
            ChapterView(
                key=chapter.key,
                number=chapter.number,
                title=chapter.title,
                score="—" if found is None else f"+{fixed(found.obtained)}" if chapter.bonus else fixed(found.score),
                planned=_planned_chapter(planned.get(chapter.key), bonus=chapter.bonus),
                filled=counts.settled,
                count=counts.count,
                weight="" if chapter.bonus else f"{plain(Decimal(chapter.weight.numerator) * 100 / Decimal(chapter.weight.denominator))}%",
                failing=len([one for one in facts if one.fails]),
                bonus=chapter.bonus,
                current=chapter.key == current,
                pending=counts.pending,
            )
        )
    return views


def _planned_chapter(found: Mapping[str, Any] | None, *, bonus: bool) -> str:
    if not found:
        return ""
    return f"+{found['obtained']}" if bonus else str(found["score"])


def totals_of(sheet: ScoreSheet) -> Totals:
    """Figures of the bottom bar."""
    result, planned = sheet.scored.result, sheet.planned_result
    labels = {level.key: level.label for level in sheet.scored.rules.levels}
    facts = list(sheet.facts.values())
    chapters = {chapter.key: chapter.title for chapter in sheet.scored.table.chapters}
    low = [chapters[name] for name in result.blocked_by if name in chapters] if result else []
    return Totals(
        total=fixed(result.total) if result else "—",
        bonus=fixed(result.bonus) if result and result.bonus else "",
        level=_level(labels, result.level if result else None),
        planned_total=str(planned.get("total", "")),
        planned_level=_level(labels, planned.get("level")) if planned else "",
        counts=counts_of([one.group for one in facts]),
        unproven=len([one for one in facts if one.unproven]),
        noted=len([one for one in facts if one.marks]),
        failing=tuple([(name, sheet.scored.table.items[name].chapter) for name, one in sheet.facts.items() if one.fails]),
        low=tuple(low),
        refusal=sheet.scored.refusal,
    )


def _level(labels: Mapping[str, str], key: str | None) -> str:
    return labels.get(key or "", "未达星级")
