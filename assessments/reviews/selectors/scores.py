"""Readings of a review: claims, judgements, what the meeting must settle, and the resulting score.

Callers check ``rules.reviews.scores_are_open`` before showing any of it to others than the reader.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.reviews.enums import Judgement, MemberState
from assessments.reviews.models.review import AgreedScore, ExpertScore, Review
from assessments.reviews.selectors.pool import rules_of
from assessments.reviews.settlement import Claim, ClauseOutcome, Opinion, Point, agenda, own_outcome, settled
from assessments.tables.selectors.scoring import star_of
from greendistrict.policy.parameters import load
from indicators.scoring.engine import Result, aggregate
from indicators.scoring.prepare import EditionRules


def claim_from(item_id: str, data: Mapping[str, Any]) -> Claim:
    """Parse one frozen claim."""
    outcome = outcome_from(data)
    return Claim(item_id, bool(data["control"]), Decimal(data["most"]), outcome)


def outcome_from(data: Mapping[str, Any]) -> ClauseOutcome:
    """Parse a stored outcome, whose figures are text."""
    if data["excluded"]:
        return ClauseOutcome(excluded=True)
    points = data.get("points")
    return ClauseOutcome(points=None if points is None else Decimal(points), holds=data.get("holds"))


def claims_of(review: Review) -> list[Claim]:
    """The district's claims in table order."""
    return [claim_from(item_id, data) for item_id, data in review.claims.items()]


def opinion_of(claim: Claim, score: ExpertScore, number: int) -> Opinion:
    """Opinion that a stored judgement expresses about its clause."""
    judgement = Judgement(score.judgement)
    return Opinion(number, judgement, own_outcome(claim, judgement, score.points), score.comment_kind)


def opinions_of(review: Review) -> dict[str, list[Opinion]]:
    """Judgements of the sitting members, by clause and member."""
    claims = {claim.item_id: claim for claim in claims_of(review)}
    scores = ExpertScore.objects.filter(
        assignment__member__review=review, assignment__member__state=MemberState.ACCEPTED, assignment__member__submitted_at__isnull=False
    ).exclude(judgement="")
    found: dict[str, list[Opinion]] = defaultdict(list)
    for score in scores.select_related("assignment__member").order_by("assignment__member__number"):
        item_id = score.assignment.item_id
        found[item_id].append(opinion_of(claims[item_id], score, score.assignment.member.number))
    return found


def agreed_outcome(agreed: AgreedScore) -> ClauseOutcome:
    """Outcome of an agreement of the meeting."""
    if agreed.exclusion_founded:
        return ClauseOutcome(excluded=True)
    return ClauseOutcome(points=agreed.points, holds=agreed.holds)


@dataclass(frozen=True)
class MeetingScores:
    """Scores in the meeting. ``result`` is None while some clause is settled neither by agreement nor by rule."""

    points: tuple[Point, ...]
    agreed: dict[str, AgreedScore]
    open_items: tuple[str, ...]
    outcomes: dict[str, ClauseOutcome]
    result: Result | None

    @property
    def star_reached(self) -> int:
        """Star of the settled score; 0 if there is none or it is not known yet."""
        return star_of(self.result)


def findings_of(review: Review) -> MeetingScores:
    """Compute the agenda, the agreed outcomes and the score on settled points."""
    claims, opinions, limit = claims_of(review), opinions_of(review), load().number("spread_limit")
    points = agenda(claims, opinions, limit)
    agreed = {one.item_id: one for one in review.agreed.select_related("by").prefetch_related("confirmations__member")}
    open_items = tuple(point.claim.item_id for point in points if point.by_rule is None and point.claim.item_id not in agreed)
    unread = tuple(claim.item_id for claim in claims if not opinions.get(claim.item_id) and claim.item_id not in agreed)
    if left := tuple(dict.fromkeys((*open_items, *unread))):
        return MeetingScores(points, agreed, left, {}, None)
    outcomes = settled(claims, opinions, {key: agreed_outcome(one) for key, one in agreed.items()}, limit)
    return MeetingScores(points, agreed, (), outcomes, result_of(review, rules_of(review), outcomes))


def result_of(review: Review, rules: EditionRules, outcomes: Mapping[str, ClauseOutcome]) -> Result:
    """Score settled outcomes with the scoring function used everywhere."""
    points = {key: one.points for key, one in outcomes.items() if one.points is not None}
    holds = {key: one.holds for key, one in outcomes.items() if one.holds is not None}
    excluded = [key for key, one in outcomes.items() if one.excluded]
    return aggregate(rules, review.table.type, review.table.stage, points, holds, excluded)
