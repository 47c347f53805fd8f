"""Rating and aggregation; the portal's only scoring function: ``score = aggregate ∘ rate``.

Chapter score = points / points of the scored items that are not excluded × 100. Total = Σ weight × chapter + min(bonus, cap), or the plain
sum, rounded half up to 2 decimals once, at the end; the level is read from the rounded total.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from greendistrict.core.rounding import half_up
from indicators.scoring.numbers import decimal, figure
from indicators.scoring.prepare import ChapterRules, EditionRules, Item, Table
from indicators.scoring.refusals import ScoringRefused, ValueProblem

ZERO = Decimal(0)


@dataclass(frozen=True)
class RatedTable:
    """Points of every applicable scored item, whether each control is met, and the excluded items."""

    points: dict[str, Decimal]
    holds: dict[str, bool]
    excluded: frozenset[str]


class ItemResult(NamedTuple):
    """One item: ``points`` and ``most`` are None for a control; ``holds`` is None for other items and for an excluded control."""

    id: str
    chapter: str
    points: Decimal | None
    most: Decimal | None
    holds: bool | None
    excluded: bool


class ChapterResult(NamedTuple):
    """One chapter: points obtained and possible; ``exact`` is the unrounded percentage for further computation."""

    key: str
    title: str
    bonus: bool
    obtained: Decimal
    possible: Decimal
    exact: Fraction
    weight: Fraction
    minimum: Decimal | None

    @property
    def score(self) -> Decimal:
        """Percentage rounded for display."""
        return half_up(self.exact)


@dataclass(frozen=True)
class Result:
    """A scored table. ``blocked_by``: ids of failed controls and keys of chapters below their minimum.

    ``level`` is None if blocked or below the lowest level; ``reached`` is the level by the total alone.
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


def score(  # noqa: PLR0917 - the six that define a table
    rules: EditionRules,
    kind: str,
    stage: str,
    values: Mapping[str, Any],
    exclusions: Iterable[str] = (),
    absent: Iterable[str] = (),
) -> Result:
    """Score a table from its values. Raises ``ScoringRefused`` with the chapter or item concerned."""
    rated = rate(rules, kind, stage, values, exclusions, absent)
    return _added_up(rules, (kind, stage), rated.points, rated.holds, rated.excluded)


def rate(  # noqa: PLR0917 - the six that define a table
    rules: EditionRules,
    kind: str,
    stage: str,
    values: Mapping[str, Any],
    exclusions: Iterable[str] = (),
    absent: Iterable[str] = (),
) -> RatedTable:
    """Turn values into points. A missing value earns nothing; a control without a value is not met.

    ``exclusions`` and ``absent`` are item ids (or mappings from ids to reasons). Raises ``ScoringRefused``, checking first for scored
    chapters without remaining points, then for declarations not allowed for an item, then for values that a rule cannot interpret.
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
        try:
            if item.rate is not None:
                points[name] = item.points if name in full else ZERO if raw is None else item.rate(raw)
            elif item.test is not None:
                holds[name] = raw is not None and item.test(raw)
        except ValueProblem as problem:
            if not _half(item, raw):
                msg = f"条文 {name} {item.title}：{problem.message}"
                raise ScoringRefused(msg, item=name, chapter=item.chapter) from problem
            if item.rate is not None:
                points[name] = ZERO
            else:
                holds[name] = False
    return RatedTable(points, holds, gone)


def _half(item: Item, raw: Any) -> bool:
    # A ratio with one number is incomplete input and counts as no value. No rule accepts it, so it is only tested after a refusal.
    return item.ratio and isinstance(raw, Mapping) and raw.keys() <= {"a", "b"} and (raw.get("a") is None or raw.get("b") is None)


def _declared(rules: EditionRules, table: Table, exclusions: frozenset[str], absent: frozenset[str]) -> frozenset[str]:
    """Return the ids excluded from the table, after checking the declarations, chapters first."""
    gone = exclusions.intersection(table.items) | {
        name for name in absent & table.items.keys() if table.items[name].when_absent == "exclude"
    }
    for chapter in table.chapters if gone else ():
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


def aggregate(  # noqa: PLR0917 - the six that define a table
    rules: EditionRules,
    kind: str,
    stage: str,
    points: Mapping[str, Decimal],
    holds: Mapping[str, bool],
    exclusions: Iterable[str] = (),
) -> Result:
    """Aggregate given points, computed or agreed by a panel. Missing points are 0; a control without an entry is not met.

    ``exclusions`` are all excluded ids, including items declared absent whose rule is ``exclude``. Raises ``ScoringRefused`` as ``rate``
    does, and for points outside 0 to the item's maximum.
    """
    gone = _declared(rules, rules.table(kind, stage), frozenset(exclusions), frozenset())
    return _added_up(rules, (kind, stage), points, holds, gone)


def _added_up(
    rules: EditionRules, which: tuple[str, str], points: Mapping[str, Decimal], holds: Mapping[str, bool], gone: Collection[str]
) -> Result:
    table = rules.table(*which)
    settled: dict[str, Decimal] = {}
    chapters = []
    for chapter in table.chapters:
        own = _settled(chapter, points, gone)
        settled |= own
        chapters.append(_chapter(chapter, own))
    bonus = min(sum((chapter.obtained for chapter in chapters if chapter.bonus), ZERO), rules.bonus_cap)
    total = half_up(_total(rules, chapters) + Fraction(bonus))
    reached = next((level.key for level in reversed(rules.levels) if total >= level.least), None)
    blocked = _blocked(table, chapters, holds, gone)
    # Result of every item; one loop for scored items and controls, for speed.
    items = tuple(
        [
            ItemResult(name, item.chapter, ZERO if name in gone else settled[name], item.points, None, name in gone)
            if item.test is None
            else ItemResult(name, item.chapter, None, None, None if name in gone else bool(holds.get(name)), name in gone)
            for name, item in table.items.items()
        ]
    )
    return Result(rules.code, *which, items, tuple(chapters), bonus, total, None if blocked else reached, reached, blocked)


def _chapter(chapter: ChapterRules, settled: Mapping[str, Decimal]) -> ChapterResult:
    possible, whole = chapter.possible, chapter.whole
    if len(settled) != len(chapter.scored):
        possible = sum((item.points for item in chapter.scored if item.id in settled), ZERO)
        whole = Fraction(possible)
    obtained = sum(settled.values(), ZERO)
    exact = Fraction(obtained) * 100 / whole if possible else Fraction(0)
    return ChapterResult(chapter.key, chapter.title, chapter.bonus, obtained, possible, exact, chapter.weight, chapter.minimum)


def _settled(chapter: ChapterRules, points: Mapping[str, Decimal], gone: Collection[str]) -> dict[str, Decimal]:
    """Points of every item of a chapter that is not excluded, 0 for missing ones. Raises ``ScoringRefused`` for points out of range."""
    found = {}
    for item in chapter.scored:
        name = item.id
        if name in gone:
            continue
        given = points.get(name, ZERO)
        if given.__class__ is not Decimal:
            given = decimal(given)
        if not ZERO <= given <= item.points:
            msg = f"条文 {name} {item.title}的得分应在0至{item.points}之间"
            raise ScoringRefused(msg, item=name, chapter=item.chapter)
        found[name] = given
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
