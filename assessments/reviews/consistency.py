"""Consistency of judgements: compare how far a judgement departs from its claim with finished judgements of the same clause (pure).

Two judgements are comparable if the clause's values are close and both or neither had evidence. The departure is a share of the clause's
points: 0 if the claim was accepted, negative if points were taken away. A judgement that differs from the median of its precedents by more
than the limit (setting spread_limit) is reported with the precedents it differs from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from assessments.reviews.settlement import Claim, ClauseOutcome

NEAR = Decimal("0.02")  # values that differ by less than this share are like each other
TAKEN = Decimal(-1)


@dataclass(frozen=True)
class SettledClause:
    """Settled judgement of one clause in one review; ``value`` is the district's as stored, ``case`` an id chosen by the caller."""

    case: int
    claim: Claim
    value: Any
    proved: bool
    outcome: ClauseOutcome

    @property
    def shift(self) -> Decimal:
        """Departure of the judgement from the claim, as a share of the clause's points, -1 to 1."""
        if self.claim.outcome.excluded != self.outcome.excluded:
            return TAKEN
        if self.claim.control or not self.claim.most:
            return Decimal(bool(self.outcome.holds)) - Decimal(bool(self.claim.outcome.holds))
        return ((self.outcome.points or Decimal(0)) - (self.claim.outcome.points or Decimal(0))) / self.claim.most


def near(one: SettledClause, other: SettledClause) -> bool:
    """Whether two judgements are comparable."""
    alike = one.claim.item_id == other.claim.item_id and one.proved == other.proved
    return alike and one.claim.outcome.excluded == other.claim.outcome.excluded and near_values(one.value, other.value)


def near_values(one: Any, other: Any) -> bool:
    """Whether two stored values differ by no more than a small share; composite values are compared part by part."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(near_values(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    first, second = _number(one), _number(other)
    if first is None or second is None:
        return bool(one == other)
    return abs(first - second) <= NEAR * max(abs(first), abs(second))


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def precedents(judged: SettledClause, finished: Sequence[SettledClause]) -> list[SettledClause]:
    """Finished judgements comparable with this one."""
    return [other for other in finished if other.case != judged.case and near(judged, other)]


def middle(judgements: Sequence[SettledClause]) -> Decimal:
    """Lower median of the shifts. Raises ``IndexError`` for none."""
    shifts = sorted(one.shift for one in judgements)
    return shifts[(len(shifts) - 1) // 2]


def unlike(judged: SettledClause, finished: Sequence[SettledClause], limit: Decimal) -> list[SettledClause]:
    """Precedents from which this judgement departs; empty if it is close to their median."""
    found = precedents(judged, finished)
    if not found or abs(judged.shift - middle(found)) <= limit:
        return []
    return [other for other in found if abs(judged.shift - other.shift) > limit]
