"""Facts that the guards of a review ask for, collected once per question."""

from typing import Any

from assessments.enums import Conclusion, MemberState, Purpose
from assessments.models import PanelMember, Review
from assessments.panel import shortfall, uncovered
from assessments.selectors.review_pool import as_candidate, candidates, dimensions_of, terms_of
from assessments.selectors.review_scores import findings_of
from assessments.settle import allowed_conclusions
from greendistrict.policy.parameters import load


def judges_star(review: Review) -> bool:
    """Whether the panel finds a star: a stage assessment only asks whether the work is on its way."""
    return review.table.purpose != Purpose.STAGE


def facts_of(review: Review) -> dict[str, Any]:
    """Return what the guards of the present state ask; never a score before the meeting."""
    members = list(review.members.select_related("expert__user"))
    facts = _panel_facts(review, members)
    if review.status in {"preparing", "inviting", "scoring"}:
        facts |= _draw_facts(review, facts)
    if review.status == "meeting":
        facts |= _meeting_facts(review, members)
    return facts


def _panel_facts(review: Review, members: list[PanelMember]) -> dict[str, Any]:
    sitting = [member for member in members if member.state == MemberState.ACCEPTED]
    dimensions = dimensions_of(review)
    missing = uncovered([as_candidate(member) for member in sitting], dimensions)
    return {
        "size": load().integer("panel.size"),
        "accepted": len(sitting),
        "pending": sum(member.state == MemberState.INVITED for member in members),
        "undeclared": sum(not member.declared for member in sitting),
        "uncovered": [dimensions[key] for key in missing],
        "submitted": sum(member.submitted_at is not None for member in sitting),
        "has_chair": any(member.chair for member in sitting),
        "meeting_called": review.meeting_at is not None,
    }


def _draw_facts(review: Review, facts: dict[str, Any]) -> dict[str, Any]:
    committed = review.draws.filter(drawn_at__isnull=True).exists()
    if facts["accepted"] + facts["pending"] >= facts["size"]:
        return {"committed": committed, "shortfall": ""}
    words = dimensions_of(review)
    reason = shortfall(candidates(review), terms_of(review))
    for key, label in words.items():
        reason = reason.replace(key, label)
    return {"committed": committed, "shortfall": reason}


def _meeting_facts(review: Review, members: list[PanelMember]) -> dict[str, Any]:
    findings = findings_of(review)
    sitting = [member for member in members if member.state == MemberState.ACCEPTED]
    votes = [member.vote for member in sitting if member.vote]
    allowed = allowed_conclusions(votes, passes=findings.star_reached > 0 or not judges_star(review))
    return {
        "open_items": list(findings.open_items),
        "has_opinion": bool(review.opinion.strip()),
        "unvoted": len(sitting) - len(votes),
        "unsigned": sum(member.signed_at is None for member in sitting),
        "allowed": [str(value) for value in allowed],
        "allowed_words": [str(Conclusion(value).label) for value in allowed],
        "pass_rule": load().text("panel.pass"),
        "judges_star": judges_star(review),
        "star_reached": findings.star_reached,
        "star_asked": review.subject.get("star_asked") or 0,
    }
