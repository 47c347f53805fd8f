"""Panel members with different scores, which are discussed in the demo's meeting."""

from collections.abc import Iterator
from decimal import Decimal

from assessments.common.enums import CommentKind
from assessments.reviews.enums import Judgement
from assessments.reviews.models import Assignment, Review
from assessments.reviews.selectors.pool import claims_of, rules_of
from assessments.reviews.services.scoring import TypedScore, save_score
from assessments.reviews.settlement import Claim
from indicators.scoring.numbers import plain
from indicators.scoring.values import valid_points

READERS = 2
# One remark per clause, in different chapters. The last one gives no points, and the meeting must answer its question.
SAID = (
    (Judgement.DIFFER, CommentKind.ADVICE, "材料只证明一期范围，建议按低一档计，二期落实后再计满分（演示）"),
    (Judgement.DIFFER, CommentKind.MUST, "图则与指标体系的取值不一致，按较低的取值计；请统一后重报（演示）"),
    (Judgement.DOUBT, CommentKind.MUST, "核算边界没有写明，是否含现状保留建筑？请会上说明（演示）"),
)


def disagree(review: Review) -> list[str]:
    """For some clauses, one reader gives other points than claimed; returns the clauses."""
    chosen = dict(zip(_disputable(review), SAID, strict=False))
    for (claim, lower), (judgement, kind, words) in chosen.items():
        row = _readers(review, claim.item_id)[-1]
        points = plain(lower) if judgement == Judgement.DIFFER else ""
        typed = TypedScore(judgement, points, words, kind)
        save_score(member=row.member, item_id=claim.item_id, typed=typed, version=row.score.version, by=row.member.expert.user)
    return [claim.item_id for claim, _ in chosen]


def _readers(review: Review, item_id: str) -> list[Assignment]:
    found = Assignment.objects.filter(member__review=review, item_id=item_id).order_by("member__number")
    return list(found.select_related("score", "member__review", "member__expert__user"))


def _disputable(review: Review) -> Iterator[tuple[Claim, Decimal]]:
    """The first clause of each chapter with claimed points that could be lower, with the next lower points."""
    chapters, items = set[str](), rules_of(review).items
    for claim in claims_of(review):
        claimed, chapter = claim.outcome.points, claim.item_id.split(".")[0]
        if claim.control or claim.outcome.excluded or not claimed or chapter in chapters:
            continue
        lower = [points for points in valid_points(items[claim.item_id]) or () if points < claimed]
        if lower and len(_readers(review, claim.item_id)) >= READERS:
            chapters.add(chapter)
            yield claim, lower[-1]
