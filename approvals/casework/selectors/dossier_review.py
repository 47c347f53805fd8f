"""Dossier parts of the expert review: draw and panel, scores, minutes, opinion, votes."""

from typing import Any

from approvals.cases.dossier import Part
from approvals.cases.models.cases import Case
from assessments.reviews.models import AgreedConfirmation, Assignment, Review


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def reviews_of(case: Case) -> list[Review]:
    """Every review of the case's table, oldest first."""
    return list(Review.objects.filter(table=case.table_id).order_by("pk")) if case.table_id else []


def _each(case: Case, read: Any) -> Part:
    return {f"第{number}次评审": read(review) for number, review in enumerate(reviews_of(case), start=1)}


def draw_part(case: Case) -> Part:
    """专家抽取和专家组: commitment, candidate list, seed and result of the draw; seats with replies and declarations."""
    return _each(case, _draws)


def _draws(review: Review) -> Part:
    draws = {
        f"第{row.number}次抽取": {
            "commitment": row.secret_digest, "secret": row.secret, "pool": row.pool, "terms": row.terms, "list_digest": row.list_digest,
            "result": row.result, "tries": row.tries, "reason": row.reason,
        }
        for row in review.draws.order_by("number")
    }  # fmt: skip
    seats = {
        f"专家{row.number}": [row.expert.user.name, row.state, row.chair, row.declared, row.reason, _moment(row.replied_at)]
        for row in review.members.select_related("expert__user").order_by("number")
    }
    return {**draws, "seats": seats}


def score_part(case: Case) -> Part:
    """专家评分: claimed values, assigned experts of each clause, and each expert's own score."""
    return _each(case, _scores)


def _scores(review: Review) -> Part:
    rows = Assignment.objects.filter(member__review=review).select_related("score", "member").order_by("member__number", "item_id")
    given = {}
    for row in rows:
        score = getattr(row, "score", None)
        judged = (
            [score.judgement, _text(score.points), score.holds, score.exclusion_founded, score.comment, score.comment_kind]
            if score
            else None
        )
        given[f"专家{row.member.number} {row.item_id}"] = [row.reading, judged]
    return {"claims": review.claims, "given": given}


def agreed_part(case: Case) -> Part:
    """评审会纪要: time, place, and clauses agreed on with reason and dissent."""
    return _each(case, _agreed)


def _agreed(review: Review) -> Part:
    agreed = {
        row.item_id: [_text(row.points), row.holds, row.exclusion_founded, row.reason, row.dissent]
        for row in review.agreed.order_by("item_id")
    }
    said = (
        AgreedConfirmation.objects.filter(agreed__review=review)
        .select_related("agreed", "member")
        .order_by("agreed__item_id", "member__number")
    )
    confirmed = {f"{row.agreed.item_id} 专家{row.member.number}": [row.agrees, row.dissent, _moment(row.at)] for row in said}
    present = {f"专家{row.number}": _moment(row.present_at) for row in review.members.exclude(present_at=None).order_by("number")}
    meeting = [_moment(review.meeting_at), review.meeting_place]
    return {"meeting": meeting, "present": present, "agreed": agreed, "confirmed": confirmed}


def opinion_part(case: Case) -> Part:
    """评审意见: conclusion, star with its reason, opinion, final score."""
    return _each(
        case,
        lambda review: {
            "conclusion": review.conclusion,
            "star": review.star,
            "star_reason": review.star_reason,
            "opinion": review.opinion,
            "result": review.result,
            "concluded_at": _moment(review.concluded_at),
        },
    )


def vote_part(case: Case) -> Part:
    """表决和签名: vote and signature of each seat; who transferred one from paper and who verified it."""
    return _each(case, _votes)


def _votes(review: Review) -> Part:
    members = review.members.select_related("expert", "voted_by", "vote_checked_by").order_by("number")
    votes = {}
    for row in members:
        people = (row.voted_by, row.vote_checked_by) if row.voted_on_paper else ()
        votes[f"专家{row.number}"] = [row.vote, _moment(row.signed_at), *(person.name if person else "" for person in people)]
    return votes
