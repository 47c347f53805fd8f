"""The score table as a page: chapters with progress and scores, and the totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.selectors.table_rows import Sheet
from indicators.scoring import ChapterRules, plain

__all__ = ["ChapterView", "Sheet", "Totals", "chapter_named", "chapter_of_item", "chapters_of", "totals_of", "two"]


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
    views = []
    for chapter in sheet.scored.table.chapters:
        if not chapter.items:
            continue
        found = scores.get(chapter.key)
        facts = [sheet.facts[item.id] for item in chapter.items]
        views.append(
            ChapterView(
                key=chapter.key,
                number=chapter.number,
                title=chapter.title,
                score="—" if found is None else f"+{two(found.obtained)}" if chapter.bonus else two(found.score),
                planned=_planned_chapter(planned.get(chapter.key), bonus=chapter.bonus),
                filled=sum(one.settled for one in facts),
                count=len(chapter.items),
                weight="" if chapter.bonus else f"{plain(Decimal(chapter.weight.numerator) * 100 / Decimal(chapter.weight.denominator))}%",
                failing=sum(one.fails for one in facts),
                bonus=chapter.bonus,
                current=chapter.key == current,
            )
        )
    return views


def _planned_chapter(found: Mapping[str, Any] | None, *, bonus: bool) -> str:
    if not found:
        return ""
    return f"+{found['obtained']}" if bonus else str(found["score"])


def totals_of(sheet: Sheet) -> Totals:
    """Return the bottom bar."""
    result, planned = sheet.scored.result, sheet.planned_result
    labels = {level.key: level.label for level in sheet.scored.rules.levels}
    facts = sheet.facts
    filled = sum(one.settled for one in facts.values())
    chapters = {chapter.key: chapter.title for chapter in sheet.scored.table.chapters}
    low = [chapters[name] for name in result.blocked_by if name in chapters] if result else []
    return Totals(
        total=two(result.total) if result else "—",
        bonus=two(result.bonus) if result and result.bonus else "",
        level=_level(labels, result.level if result else None),
        planned_total=str(planned.get("total", "")),
        planned_level=_level(labels, planned.get("level")) if planned else "",
        filled=filled,
        count=len(facts),
        missing=len(facts) - filled,
        todo=sum(one.asks for one in facts.values()) + bool(sheet.scored.refusal),
        failing=tuple((name, sheet.scored.table.items[name].chapter) for name, one in facts.items() if one.fails),
        low=tuple(low),
        refusal=sheet.scored.refusal,
    )


def _level(labels: Mapping[str, str], key: str | None) -> str:
    return labels.get(key or "", "未达星级")


def two(number: Decimal) -> str:
    """Figure with two decimals."""
    return f"{number:.2f}"
