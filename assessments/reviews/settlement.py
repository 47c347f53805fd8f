"""Settle the points of each clause from its readings: which clauses go on the agenda, and what counts without agreement (pure).

The outcome of a clause is the points of a scoring item, or whether a control item is fulfilled, or that it is rightly excluded
(不参评成立). An unfounded exclusion counts 0; a control item is then not fulfilled.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

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
    known = {one.outcome for one in opinions if one.outcome is not None}
    found = []
    if len(known) > 1:
        found.append(Cause.DIFFER)
    if claim.most and spread(opinions) > limit * claim.most:
        found.append(Cause.SPREAD)
    if any(one.judgement == Judgement.DOUBT for one in opinions):
        found.append(Cause.DOUBT)
    if claim.outcome.excluded:
        if any(one.judgement != Judgement.AGREE for one in opinions):
            found.append(Cause.EXCLUSION)
    elif claim.control and not all(one.outcome is not None and one.outcome.holds for one in opinions):
        found.append(Cause.CONTROL)
    if len({one.comment_kind for one in opinions if one.comment_kind}) > 1:
        found.append(Cause.COMMENTS)
    return tuple(found)


def spread(opinions: Sequence[Opinion]) -> Decimal:
    """Difference between the highest and lowest points given."""
    given = [one.outcome.points for one in opinions if one.outcome is not None and one.outcome.points is not None]
    return max(given) - min(given) if given else ZERO


def by_rule(opinions: Sequence[Opinion]) -> ClauseOutcome | None:
    """Lower of two figures, median of three or more (the lower one of an even number); None with fewer than two."""
    known = sorted((one.outcome for one in opinions if one.outcome is not None), key=lambda one: one.rank)
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
