"""Settle the points of each clause from its readings: which clauses go on the agenda, and what counts without agreement (pure).

The outcome of a clause is the points of a scoring item, or whether a control item is fulfilled, or that it is rightly excluded
(不参评成立). An unfounded exclusion counts 0; a control item is then not fulfilled.

Also here: Consistency of judgements: compare how far a judgement departs from its claim with finished judgements of the same clause
(pure). Two judgements are comparable if the clause's values are close and both or neither had evidence. The departure is a share of the
clause's points: 0 if the claim was accepted, negative if points were taken away. A judgement that differs from the median of its
precedents by more than the limit (setting spread_limit) is reported with the precedents it differs from.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from assessments.common.enums import Conclusion
from assessments.reviews.enums import Judgement

ZERO = Decimal(0)
PASSING = (Conclusion.PASSED, Conclusion.PASSED_AFTER)
LEAST_KNOWN = 2


class Cause(StrEnum):
    """Reason why a clause is on the agenda."""

    DIFFER = "评分不一致"
    SPREAD = "分差超过限值"
    DOUBT = "有专家存疑"
    CONTROL = "控制项未获一致认可"
    EXCLUSION = "不参评有异议"
    COMMENTS = "意见性质不一"


@dataclass(frozen=True)
class ClauseOutcome:
    """Outcome of a clause: points, or whether a control item is fulfilled."""

    points: Decimal | None = None
    holds: bool | None = None
    excluded: bool = False

    @property
    def rank(self) -> tuple[bool, Decimal, bool]:
        """Sort key, least favourable outcome first."""
        return (self.excluded, self.points or ZERO, bool(self.holds))


@dataclass(frozen=True)
class Claim:
    """The district's claim for a clause; ``most`` is 0 for a control item."""

    item_id: str
    control: bool
    most: Decimal
    outcome: ClauseOutcome

    @property
    def unfounded(self) -> ClauseOutcome:
        """Outcome if an exclusion is unfounded."""
        return ClauseOutcome(holds=False) if self.control else ClauseOutcome(points=ZERO)


@dataclass(frozen=True)
class Opinion:
    """A reader's judgement; ``outcome`` is None for a doubt without a figure; ``comment_kind`` is the weight of the comment, if any."""

    number: int
    judgement: Judgement
    outcome: ClauseOutcome | None
    comment_kind: str = ""


@dataclass(frozen=True)
class Point:
    """A clause on the agenda. ``by_rule`` is None with fewer than two figures; then the meeting must agree."""

    claim: Claim
    opinions: tuple[Opinion, ...]
    causes: tuple[Cause, ...]
    spread: Decimal
    by_rule: ClauseOutcome | None


def own_outcome(claim: Claim, judgement: Judgement, points: Decimal | None = None) -> ClauseOutcome | None:
    """Outcome of a reader's judgement: the claim if agreeing, otherwise its opposite or the points given."""
    if judgement == Judgement.AGREE:
        return claim.outcome
    if judgement == Judgement.DIFFER and claim.outcome.excluded:
        return claim.unfounded
    if judgement == Judgement.DIFFER and claim.control:
        return ClauseOutcome(holds=not claim.outcome.holds)
    return None if points is None else ClauseOutcome(points=points)


def causes(claim: Claim, opinions: Sequence[Opinion], limit: Decimal) -> tuple[Cause, ...]:
    """Reasons why the meeting must settle the clause; empty if its readers agree. ``limit`` is a share of the clause's points."""
    known = {opinion.outcome for opinion in opinions if opinion.outcome is not None}
    found = []
    if len(known) > 1:
        found.append(Cause.DIFFER)
    if claim.most and spread(opinions) > limit * claim.most:
        found.append(Cause.SPREAD)
    if any(opinion.judgement == Judgement.DOUBT for opinion in opinions):
        found.append(Cause.DOUBT)
    if claim.outcome.excluded:
        if any(opinion.judgement != Judgement.AGREE for opinion in opinions):
            found.append(Cause.EXCLUSION)
    elif claim.control and not all(opinion.outcome is not None and opinion.outcome.holds for opinion in opinions):
        found.append(Cause.CONTROL)
    if len({opinion.comment_kind for opinion in opinions if opinion.comment_kind}) > 1:
        found.append(Cause.COMMENTS)
    return tuple(found)


def spread(opinions: Sequence[Opinion]) -> Decimal:
    """Difference between the highest and lowest points given."""
    given = [opinion.outcome.points for opinion in opinions if opinion.outcome is not None and opinion.outcome.points is not None]
    return max(given) - min(given) if given else ZERO


def by_rule(opinions: Sequence[Opinion]) -> ClauseOutcome | None:
    """Lower of two figures, median of three or more (the lower one of an even number); None with fewer than two."""
    known = sorted((opinion.outcome for opinion in opinions if opinion.outcome is not None), key=lambda one: one.rank)
    return known[(len(known) - 1) // 2] if len(known) >= LEAST_KNOWN else None


def agenda(claims: Sequence[Claim], opinions: Mapping[str, Sequence[Opinion]], limit: Decimal) -> tuple[Point, ...]:
    """Disputed clauses in the order of the table."""
    points = []
    for claim in claims:
        given = tuple(opinions.get(claim.item_id, ()))
        if found := causes(claim, given, limit):
            points.append(Point(claim, given, found, spread(given), by_rule(given)))
    return tuple(points)


def settled(
    claims: Sequence[Claim], opinions: Mapping[str, Sequence[Opinion]], agreed: Mapping[str, ClauseOutcome], limit: Decimal
) -> dict[str, ClauseOutcome]:
    """Outcome per clause: agreed by the meeting, else undisputed, else by rule. Raises ``KeyError`` if one is still open."""
    found: dict[str, ClauseOutcome] = {}
    for claim in claims:
        outcome = agreed.get(claim.item_id) or _unagreed(claim, opinions.get(claim.item_id, ()), limit)
        if outcome is None:
            raise KeyError(claim.item_id)
        found[claim.item_id] = outcome
    return found


def _unagreed(claim: Claim, given: Sequence[Opinion], limit: Decimal) -> ClauseOutcome | None:
    if not given or causes(claim, given, limit):
        return by_rule(given)
    return given[0].outcome


VOTES_NEEDED = "控制项全部满足、达到申报星级线、且三分之二以上专家同意"  # what the next function counts, in words


def allowed_conclusions(votes: Collection[str], *, passes: bool) -> tuple[Conclusion, ...]:
    """Conclusions that the votes allow. ``passes``: the control items are fulfilled and the score reaches the star line.

    Passing needs two thirds: of votes for 通过 alone, or together with 修改完善后通过. Otherwise the one of the other two with more votes,
    or both if they are equal.
    """
    count = {value: sum(vote == value for vote in votes) for value in Conclusion}
    if votes and passes:
        if count[Conclusion.PASSED] * 3 >= len(votes) * 2:
            return (Conclusion.PASSED,)
        if sum(count[value] for value in PASSING) * 3 >= len(votes) * 2:
            return (Conclusion.PASSED_AFTER,)
    if count[Conclusion.REVISE] > count[Conclusion.FAILED]:
        return (Conclusion.REVISE,)
    return (Conclusion.FAILED,) if count[Conclusion.FAILED] > count[Conclusion.REVISE] else (Conclusion.REVISE, Conclusion.FAILED)


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
    shifts = sorted(judgement.shift for judgement in judgements)
    return shifts[(len(shifts) - 1) // 2]


def unlike(judged: SettledClause, finished: Sequence[SettledClause], limit: Decimal) -> list[SettledClause]:
    """Precedents from which this judgement departs; empty if it is close to their median."""
    found = precedents(judged, finished)
    if not found or abs(judged.shift - middle(found)) <= limit:
        return []
    return [other for other in found if abs(judged.shift - other.shift) > limit]
