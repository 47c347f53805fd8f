"""The gap between a self-check's total and the planning score, taken apart by clause and state (pure)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from assessments.common.enums import BuildState
from greendistrict.core.rounding import half_up
from indicators.scoring.prepare import ChapterRules, EditionRules
from reports.annual.figures.items import OUT, UNBUILT
from reports.annual.parts import ItemFigures

IDLE, BEGUN, SHORT, ABOVE = UNBUILT, f"{BuildState.GOING.label}未达", "低于预期", "超出预期"
GAP_STATES = (IDLE, BEGUN, SHORT, ABOVE)
HUNDRED = 100
Content = Mapping[str, Any]


class ClauseGap(NamedTuple):
    """Points of the total by which a clause stays below the planning score; negative where it is above."""

    clause: str
    title: str
    state: str
    points: Decimal


class ScoreGap(NamedTuple):
    """Planning score less total, in points, and the clauses it comes from, largest first, without those that make no difference."""

    points: Decimal
    clauses: tuple[ClauseGap, ...]

    @property
    def by_state(self) -> dict[str, Decimal]:
        """Points by state, in the order of ``GAP_STATES``."""
        return {state: sum((one.points for one in self.clauses if one.state == state), Decimal(0)) for state in GAP_STATES}

    @property
    def rest(self) -> Decimal:
        """What no clause accounts for: clauses or weights that only one of the two tables has, the limit of bonus points, rounding."""
        return self.points - sum((one.points for one in self.clauses), Decimal(0))


def gap_of(rules: EditionRules, content: Content, items: tuple[ItemFigures, ...], planned: Content) -> ScoreGap | None:
    """The gap of a scored table; ``planned`` is the result of the planning stage. None if either has no total."""
    result = content["result"] or {}
    if result.get("total") is None or planned.get("total") is None:
        return None
    clauses = _clauses(rules, content, items, planned)
    ordered = tuple(sorted((one for one in clauses if one.points), key=lambda one: (-one.points, one.clause)))
    return ScoreGap(Decimal(planned["total"]) - Decimal(result["total"]), ordered)


def _clauses(rules: EditionRules, content: Content, items: tuple[ItemFigures, ...], planned: Content) -> Iterator[ClauseGap]:
    """Clauses that both tables score, in points of the total by the weights and the participating clauses of this table."""
    possible = {chapter["key"]: Decimal(chapter["possible"]) for chapter in content["result"].get("chapters", ())}
    chapters = {chapter.key: chapter for chapter in rules.table(content["type"], content["stage"]).chapters}
    wanted = {item["id"]: item for item in planned.get("items", ())}
    building = {row["item_id"]: row["build_state"] for row in content["rows"]} if content["building"] else {}
    for item in items:
        plan = wanted.get(item.id, {})
        if item.most and item.state != OUT and plan.get("points") and not plan.get("excluded") and possible.get(item.chapter):
            missing = Decimal(plan["points"]) - Decimal(item.points or 0)
            points = half_up(Fraction(missing) * _share(rules, chapters[item.chapter], possible[item.chapter]))
            yield ClauseGap(item.id, item.title, _state(missing, building.get(item.id, "")), points)


def _share(rules: EditionRules, chapter: ChapterRules, possible: Decimal) -> Fraction:
    """Points of the total for one point of a clause."""
    return chapter.weight * HUNDRED / Fraction(possible) if rules.weighted and not chapter.bonus else Fraction(1)


def _state(missing: Decimal, build_state: str) -> str:
    if missing <= 0:
        return ABOVE
    return {BuildState.NOT_STARTED.value: IDLE, BuildState.GOING.value: BEGUN}.get(build_state, SHORT)
