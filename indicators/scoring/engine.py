"""Rating and aggregation, the only scoring function of the portal: ``score = aggregate ∘ rate``.

Chapter score = points / points of the items that take part × 100. Total = Σ weight × chapter + min(bonus, cap), or the plain
sum, rounded half up to 2 decimals once, at the end; the level is read from the rounded total.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from indicators.scoring.numbers import decimal, figure, half_up
from indicators.scoring.prepare import ChapterRules, EditionRules, Item, Table
from indicators.scoring.refusals import ScoringRefused, ValueProblem

ZERO = Decimal(0)


@dataclass(frozen=True)
class Rated:
    """Points of every scoring item that takes part, whether each control holds, and what is out of the table."""

    points: dict[str, Decimal]
    holds: dict[str, bool]
    excluded: frozenset[str]


class ItemResult(NamedTuple):
    """One item: ``points`` and ``most`` are None for a control, ``holds`` is None for the others and for an excluded control."""

    id: str
    chapter: str
    points: Decimal | None
    most: Decimal | None
    holds: bool | None
    excluded: bool


@dataclass(frozen=True)
class ChapterResult:
    """One chapter: points obtained of the possible, ``score`` in percent rounded for showing, ``exact`` for computing."""

    key: str
    title: str
    bonus: bool
    obtained: Decimal
    possible: Decimal
    score: Decimal
    exact: Fraction
    weight: Fraction
    minimum: Decimal | None


@dataclass(frozen=True)
class Result:
    """A scored table. ``blocked_by``: ids of controls that fail and keys of chapters below their minimum.

    ``level`` is None when blocked or below the first line; ``reached`` is the level of the total alone.
    """

    edition: str
    type: str
    stage: str
    items: tuple[ItemResult, ...]
    chapters: tuple[ChapterResult, ...]
    bonus: Decimal
    total: Decimal
    level: str | None
    reached: str | None
    blocked_by: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON with figures as strings."""
        return {
            "edition": self.edition,
            "type": self.type,
            "stage": self.stage,
            "items": [
                {"id": item.id, "points": figure(item.points), "max": figure(item.most), "holds": item.holds, "excluded": item.excluded}
                for item in self.items
            ],
            "chapters": [
                {"key": one.key, "obtained": figure(one.obtained), "possible": figure(one.possible), "score": figure(one.score)}
                for one in self.chapters
            ],
            "bonus": figure(self.bonus),
            "total": figure(self.total),
            "level": self.level,
            "blocked_by": list(self.blocked_by),
        }


def score(  # noqa: PLR0917 - the six that make a table
    rules: EditionRules,
    kind: str,
    stage: str,
    values: Mapping[str, Any],
    exclusions: Iterable[str] = (),
    absent: Iterable[str] = (),
) -> Result:
    """Score a table from its values. Raises ``ScoringRefused`` naming the chapter or the item."""
    rated = rate(rules, kind, stage, values, exclusions, absent)
    return aggregate(rules, kind, stage, rated.points, rated.holds, rated.excluded)


def rate(  # noqa: PLR0917 - the six that make a table
    rules: EditionRules,
    kind: str,
    stage: str,
    values: Mapping[str, Any],
    exclusions: Iterable[str] = (),
    absent: Iterable[str] = (),
) -> Rated:
    """Turn values into points. A missing value earns nothing, a missing control does not hold.

    ``exclusions`` and ``absent`` are item ids (mappings to reasons will do). Refuses first a scored chapter with no points
    left, then a declaration its item does not allow, then a value its rule cannot mean.
    """
    table = rules.table(kind, stage)
    gone = _declared(rules, table, frozenset(exclusions), frozenset(absent))
    full = frozenset(absent) - gone
    points: dict[str, Decimal] = {}
    holds: dict[str, bool] = {}
    for name, item in table.items.items():
        if name in gone:
            continue
        raw = values.get(name)
        missing = raw is None or (item.ratio and _half(raw))
        try:
            if item.rate is not None:
                points[name] = item.points if name in full else ZERO if missing else item.rate(raw)
            elif item.test is not None:
                holds[name] = not missing and item.test(raw)
        except ValueProblem as problem:
            msg = f"条文 {name} {item.title}：{problem.message}"
            raise ScoringRefused(msg, item=name, chapter=item.chapter) from problem
    return Rated(points, holds, gone)


def _half(raw: Any) -> bool:
    # Half a ratio is still being typed: no value yet.
    return isinstance(raw, Mapping) and raw.keys() <= {"a", "b"} and (raw.get("a") is None or raw.get("b") is None)


def _declared(rules: EditionRules, table: Table, exclusions: frozenset[str], absent: frozenset[str]) -> frozenset[str]:
    """Return the ids out of the table, after asking what must be asked, chapters first."""
    gone = exclusions.intersection(table.items) | {
        name for name in absent & table.items.keys() if table.items[name].when_absent == "exclude"
    }
    for chapter in table.chapters:
        if chapter.possible and not chapter.bonus and all(item.id in gone for item in chapter.scored):
            msg = f"第{chapter.number}章{chapter.title}的评分项全部不参评，没有可得分的条文，不能评分"
            raise ScoringRefused(msg, chapter=chapter.key)
    for name in sorted(exclusions | absent):
        if name in table.items or name not in rules.items:
            _allowed(rules, name, excluded=name in exclusions, absent=name in absent)
    return gone


def _allowed(rules: EditionRules, name: str, *, excluded: bool, absent: bool) -> None:
    item = rules.items.get(name)
    if item is None:
        msg = f"{rules.code} 没有条文 {name}，不能声明不参评或不存在"
        raise ScoringRefused(msg, item=name)
    if excluded and not item.can_leave:
        msg = f"条文 {name} {item.title}不允许不参评"
        raise ScoringRefused(msg, item=name, chapter=item.chapter)
    if absent and item.when_absent is None:
        msg = f"条文 {name} {item.title}不能以“不存在”声明代替取值"
        raise ScoringRefused(msg, item=name, chapter=item.chapter)


def aggregate(  # noqa: PLR0917 - the six that make a table
    rules: EditionRules,
    kind: str,
    stage: str,
    points: Mapping[str, Decimal],
    holds: Mapping[str, bool],
    exclusions: Iterable[str] = (),
) -> Result:
    """Add up points that are settled, computed or agreed by a panel. Missing points are 0, a missing control does not hold.

    ``exclusions`` are all ids out of the table, declared absent with ``exclude`` among them. Raises ``ScoringRefused`` as
    ``rate`` does, and for points outside 0 to the item's maximum.
    """
    table = rules.table(kind, stage)
    gone = _declared(rules, table, frozenset(exclusions), frozenset())
    settled = _settled(table, points, gone)
    chapters = tuple(_chapter(chapter, settled) for chapter in table.chapters)
    bonus = min(sum((chapter.obtained for chapter in chapters if chapter.bonus), ZERO), rules.bonus_cap)
    total = half_up(_total(rules, chapters) + Fraction(bonus))
    reached = next((level.key for level in reversed(rules.levels) if total >= level.least), None)
    blocked = _blocked(table, chapters, holds, gone)
    items = tuple([_item(item, settled, holds, gone) for item in table.items.values()])
    return Result(rules.code, kind, stage, items, chapters, bonus, total, None if blocked else reached, reached, blocked)


def _chapter(chapter: ChapterRules, settled: Mapping[str, Decimal]) -> ChapterResult:
    taking_part = [item for item in chapter.scored if item.id in settled]
    possible = chapter.possible if len(taking_part) == len(chapter.scored) else sum((item.points for item in taking_part), ZERO)
    obtained = sum([settled[item.id] for item in taking_part], ZERO)
    exact = Fraction(obtained) * 100 / Fraction(possible) if possible else Fraction(0)
    return ChapterResult(
        chapter.key, chapter.title, chapter.bonus, obtained, possible, half_up(exact), exact, chapter.weight, chapter.minimum
    )


def _settled(table: Table, points: Mapping[str, Decimal], gone: Collection[str]) -> dict[str, Decimal]:
    """Points of every scoring item that takes part, 0 for a missing one. Raises ``ScoringRefused`` for points out of range."""
    found = {}
    for chapter in table.chapters:
        for item in chapter.scored:
            if item.id in gone:
                continue
            given = points.get(item.id, ZERO)
            if given.__class__ is not Decimal:
                given = decimal(given)
            if not ZERO <= given <= item.points:
                msg = f"条文 {item.id} {item.title}的得分应在0至{item.points}之间"
                raise ScoringRefused(msg, item=item.id, chapter=item.chapter)
            found[item.id] = given
    return found


def _total(rules: EditionRules, chapters: Iterable[ChapterResult]) -> Fraction:
    scored = [chapter for chapter in chapters if not chapter.bonus]
    if rules.weighted:
        return sum((chapter.weight * chapter.exact for chapter in scored), Fraction(0))
    return sum((Fraction(chapter.obtained) for chapter in scored), Fraction(0))


def _blocked(table: Table, chapters: Iterable[ChapterResult], holds: Mapping[str, bool], gone: Collection[str]) -> tuple[str, ...]:
    failed = [item.id for chapter in table.chapters for item in chapter.controls if item.id not in gone and not holds.get(item.id)]
    low = [one.key for one in chapters if one.minimum is not None and one.possible and one.exact < Fraction(one.minimum)]
    return (*failed, *low)


def _item(item: Item, settled: Mapping[str, Decimal], holds: Mapping[str, bool], gone: Collection[str]) -> ItemResult:
    name, out = item.id, item.id in gone
    if item.test is not None:
        return ItemResult(name, item.chapter, None, None, None if out else bool(holds.get(name)), out)
    return ItemResult(name, item.chapter, ZERO if out else settled[name], item.points, None, out)
