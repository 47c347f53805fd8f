"""Earlier judgements of the same clause, and the spread between readers; for readers who have handed in, and for the meeting.

Finished reviews are shown without district, number and names. An expert who was or would have been excluded from a review by a conflict of
interest never sees it here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform

from assessments.reviews.clauses import claim_words, value_words
from assessments.reviews.enums import MemberState, ReviewState
from assessments.reviews.models import Draw, ExpertScore, PanelMember, Review
from assessments.reviews.selectors.agenda import outcome_words
from assessments.reviews.selectors.pool import claim_from, opinion_of, outcome_from, rules_of
from assessments.reviews.settlement import Claim, ClauseOutcome, SettledClause, precedents, spread, unlike
from greendistrict.policy.parameters import load
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item

MOST_READ, MOST_SHOWN = 500, 8
WAYS = {"readers": "各自评分一致", "agreed": "评审会商定", "rule": "按规则取定"}


@dataclass(frozen=True)
class Spread:
    """Range of the points given by readers who have handed in; ``words`` is empty for a clause without points."""

    readers: int
    words: str
    wide: bool


def afterwards(member: PanelMember, item_id: str) -> dict[str, Any] | None:
    """Precedents and spread of a clause for a member who has handed in; None before that. Four queries."""
    if member.submitted_at is None:
        return None
    review, item = member.review, rules_of(member.review).items[item_id]
    claim = claim_from(item_id, review.claims[item_id])
    claimed = claim.outcome
    points = None if claimed.points is None else plain(claimed.points)
    outcome = {"excluded": claimed.excluded, "points": points, "holds": claimed.holds}
    own = _judged(review.pk, claim, review.claims[item_id], outcome)
    ways, finished = _finished(review, [item_id], _open_to(member))
    found = precedents(own, finished[item_id])
    shown = [_words(item, one, ways[one.case][item_id]) for one in found[:MOST_SHOWN]]
    return {"precedents": shown, "more": len(found) - len(shown), "spread": spread_of(review, claim)}


def spread_of(review: Review, claim: Claim) -> Spread:
    """Spread of the readers who have handed in. One query."""
    scores = ExpertScore.objects.filter(
        assignment__item_id=claim.item_id,
        assignment__member__review=review,
        assignment__member__state=MemberState.ACCEPTED,
        assignment__member__submitted_at__isnull=False,
    ).exclude(judgement="")
    opinions = [opinion_of(claim, score, 0) for score in scores]
    if not claim.most or claim.outcome.excluded:
        return Spread(len(opinions), "", wide=False)
    found = spread(opinions)
    return Spread(len(opinions), f"{plain(found)}分", wide=found > load().number("spread_limit") * claim.most)


def unlike_precedents(review: Review, outcomes: Mapping[str, ClauseOutcome], own: PanelMember | None) -> list[dict[str, Any]]:
    """Clauses currently judged differently from finished reviews; for members only reviews open to ``own``.

    Callers must have checked ``scores_are_open``. One query, two for a member.
    """
    ways, finished = _finished(review, list(outcomes), _open_to(own) if own else Q())
    if not ways:
        return []
    limit, items = load().number("spread_limit"), rules_of(review).items
    found = []
    for item_id, outcome in outcomes.items():
        claim, data = claim_from(item_id, review.claims[item_id]), review.claims[item_id]
        apart = unlike(SettledClause(review.pk, claim, data["value"], bool(data["evidence"]), outcome), finished[item_id], limit)
        if apart:
            words = [_words(items[item_id], one, ways[one.case][item_id]) for one in apart[:MOST_SHOWN]]
            found.append({"item": items[item_id], "settled": outcome_words(claim, outcome), "precedents": words})
    return found


def _open_to(member: PanelMember) -> Q:
    """Condition for finished reviews that this expert may see: none with a present or past conflict of interest."""
    kept_out = PanelMember.objects.filter(expert_id=member.expert_id, state=MemberState.RECUSED).values("review_id")
    listed = Draw.objects.filter(pool__contains=[{"id": member.expert_id}]).values_list("review_id", "pool")
    conflicted = {pk for pk, pool in listed if any(one["id"] == member.expert_id and one.get("reasons") for one in pool)}
    return ~Q(pk__in=kept_out) & ~Q(pk__in=conflicted)


def _finished(review: Review, items: Sequence[str], allowed: Q) -> tuple[dict[int, dict[str, str]], dict[str, list[SettledClause]]]:
    """Judgements of these clauses in finished reviews of the same edition: outcomes by review, and by clause, newest first."""
    edition, stage = review.table.edition_id, review.table.stage
    same = Review.objects.filter(allowed, status=ReviewState.CONCLUDED, table__edition_id=edition, table__stage=stage)
    rows = same.exclude(pk=review.pk).order_by(F("concluded_at").desc(), "-pk")
    if len(items) == 1:  # only that clause is read, not the whole papers
        only = items[0]
        rows = rows.annotate(claim=KeyTransform(only, "claims"), settled=KeyTransform(only, KeyTransform("settled", "result")))
        cut = rows.values_list("pk", "claim", "settled")[:MOST_READ]
        read = [(pk, {only: claim}, {only: settled}) for pk, claim, settled in cut]
    else:
        whole = rows.annotate(settled=KeyTransform("settled", "result")).values_list("pk", "claims", "settled")[:MOST_READ]
        read = [(pk, claims, settled or {}) for pk, claims, settled in whole]
    ways: dict[int, dict[str, str]] = {}
    found: dict[str, list[SettledClause]] = {item_id: [] for item_id in items}
    for pk, claims, settled in read:
        for item_id in items:
            data, outcome = claims.get(item_id), settled.get(item_id)
            if data and outcome:
                found[item_id].append(_judged(pk, claim_from(item_id, data), data, outcome))
                ways.setdefault(pk, {})[item_id] = outcome["how"]
    return ways, found


def _judged(pk: int, claim: Claim, data: Mapping[str, Any], outcome: Mapping[str, Any]) -> SettledClause:
    return SettledClause(pk, claim, data["value"], bool(data["evidence"]), outcome_from(outcome))


def _words(item: Item, one: SettledClause, how: str) -> dict[str, str]:
    """How a similar case was judged, without naming it."""
    return {
        "value": value_words(item, one.value) or "没有填报",
        "claimed": claim_words(one.claim),
        "settled": outcome_words(one.claim, one.outcome),
        "how": WAYS.get(how, ""),
    }
