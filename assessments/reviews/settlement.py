"""Settles the points of each clause from the readings: which ones go on the agenda, and what counts without agreement. Pure.

An outcome of a clause is points of a scoring item, or whether a control holds, or that it is rightly out of the table
(不参评成立). An exclusion found unfounded counts 0, a control then does not hold.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessments.common.enums import Conclusion, Judgement

ZERO = Decimal(0)
PASSING = (Conclusion.PASSED, Conclusion.PASSED_AFTER)
LEAST_KNOWN = 2


class Cause(StrEnum):
    """Why a clause is on the agenda."""

    DIFFER = "评分不一致"
    SPREAD = "分差超过限值"
    DOUBT = "有专家存疑"
    CONTROL = "控制项未获一致认可"
    EXCLUSION = "不参评有异议"
    COMMENTS = "意见性质不一"


@dataclass(frozen=True)
class ClauseOutcome:
    """Outcome of a clause: points, or whether a control holds."""

    points: Decimal | None = None
    holds: bool | None = None
    excluded: bool = False

    @property
    def rank(self) -> tuple[bool, Decimal, bool]:
        """Sort key, least favourable first."""
        return (self.excluded, self.points or ZERO, bool(self.holds))


@dataclass(frozen=True)
class Claim:
    """The district's claim for a clause; ``most`` is 0 for a control."""

    item_id: str
    control: bool
    most: Decimal
    outcome: ClauseOutcome

    @property
    def unfounded(self) -> ClauseOutcome:
        """Outcome when an exclusion is unfounded."""
        return ClauseOutcome(holds=False) if self.control else ClauseOutcome(points=ZERO)


@dataclass(frozen=True)
class Opinion:
    """One reader's judgement; ``outcome`` is None for a doubt without a figure; ``comment_kind`` the weight of the comment, if any."""

    number: int
    judgement: Judgement
    outcome: ClauseOutcome | None
    comment_kind: str = ""


@dataclass(frozen=True)
class Point:
    """A clause on the agenda. ``by_rule`` is None with fewer than two figures: then the meeting must agree."""

    claim: Claim
    opinions: tuple[Opinion, ...]
    causes: tuple[Cause, ...]
    spread: Decimal
    by_rule: ClauseOutcome | None


def own_outcome(claim: Claim, judgement: Judgement, points: Decimal | None = None) -> ClauseOutcome | None:
    """Return what a reader's judgement means: agreeing is the claim, differing its contrary or the points given."""
    if judgement == Judgement.AGREE:
        return claim.outcome
    if judgement == Judgement.DIFFER and claim.outcome.excluded:
        return claim.unfounded
    if judgement == Judgement.DIFFER and claim.control:
        return ClauseOutcome(holds=not claim.outcome.holds)
    return None if points is None else ClauseOutcome(points=points)


def causes(claim: Claim, opinions: Sequence[Opinion], limit: Decimal) -> tuple[Cause, ...]:
    """Why the clause needs the meeting; empty when its readers agree. ``limit`` is a share of the clause's points."""
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
    """Highest minus lowest points given."""
    given = [one.outcome.points for one in opinions if one.outcome is not None and one.outcome.points is not None]
    return max(given) - min(given) if given else ZERO


def by_rule(opinions: Sequence[Opinion]) -> ClauseOutcome | None:
    """Return the lower of two, the middle of three or more (the lower middle of an even number); None below two figures."""
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
    """Outcome per clause: agreed by the meeting, else undisputed, else by rule. Raises ``KeyError`` for one left open."""
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
    """Return what the votes allow. ``passes``: controls hold and the star line is reached.

    Passing needs two thirds: all for 通过, or together with 修改完善后通过. Else whichever of the other two has more votes,
    both when equally many.
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
