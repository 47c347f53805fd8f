"""Facts read by the guards of a review."""

import datetime as dt
from typing import Any

from assessments.common.enums import Conclusion, Purpose, RecusalState
from assessments.reviews.enums import ON_PANEL, MemberState
from assessments.reviews.models import AgreedScore, PanelMember, Review
from assessments.reviews.panel import shortfall, uncovered
from assessments.reviews.selectors.papers import said_on_paper
from assessments.reviews.selectors.pool import as_candidate, candidates, dimensions_of, findings_of, terms_of
from assessments.reviews.settlement import VOTES_NEEDED, allowed_conclusions
from greendistrict.policy.parameters import load


def judges_star(review: Review) -> bool:
    """Whether the panel awards a star; not in a stage assessment."""
    return review.table.purpose != Purpose.STAGE


def lines_inferred(review: Review) -> bool:
    """Whether the score lines are those of a 参考版 which the city has not made its own: nothing adverse follows from them alone."""
    return not review.table.edition.official and not load().flag("reference_limits")


def panel_facts(review: Review, _today: dt.date) -> dict[str, Any]:
    """Facts about the panel: members accepted, declared, covered, handed in."""
    members = list(review.members.select_related("expert__user"))
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


def is_committed(review: Review, _today: dt.date) -> bool:
    """Whether the hash of an unused secret is recorded."""
    return review.draws.filter(drawn_at__isnull=True).exists()


def shortfall_of(review: Review, today: dt.date) -> str:
    """Why no valid panel can be drawn, in words; empty if one can be drawn or no place is free."""
    if review.members.filter(state__in=ON_PANEL).count() >= load().integer("panel.size"):
        return ""
    reason = shortfall(candidates(review, today), terms_of(review))
    for key, label in dimensions_of(review).items():
        reason = reason.replace(key, label)
    return reason


def recusals_open(review: Review, _today: dt.date) -> int:
    """Number of the applicant's requests still unanswered before the first list freezes."""
    return review.table.recusals.filter(status=RecusalState.ASKED).count()


def meeting_facts(review: Review, _today: dt.date) -> dict[str, Any]:
    """Obstacles to concluding the meeting; computed only in session, because it reads every score."""
    findings = findings_of(review)
    present = list(review.members.filter(state=MemberState.ACCEPTED, present_at__isnull=False).select_related("expert__user"))
    votes = [member.vote for member in present if member.vote]
    waiting = said_on_paper(present)
    inferred = lines_inferred(review)
    reached = findings.controls_hold if inferred else findings.star_reached > 0
    allowed = allowed_conclusions(votes, passes=reached or not judges_star(review))
    dimensions = dimensions_of(review)
    return {
        "open_items": list(findings.open_items),
        "has_opinion": bool(review.opinion.strip()),
        "quorum": load().integer("panel.min"),
        "present": len(present),
        "uncovered_present": [dimensions[key] for key in uncovered([as_candidate(member) for member in present], dimensions)],
        **_agreed_facts(findings.agreed, present),
        "unvoted": len(present) - len(votes),
        "unsigned": sum(member.signed_at is None for member in present),
        "unchecked": [str(member) for member in present if member.wants_check],
        "uncompared": [str(member) for member in present if member.pk in waiting],
        "allowed": [str(value) for value in allowed],
        "allowed_words": [str(Conclusion(value).label) for value in allowed],
        "pass_rule": VOTES_NEEDED,
        "judges_star": judges_star(review),
        "star_reached": findings.star_reached,
        "lines_inferred": inferred,
        "star_asked": review.subject.get("star_asked") or 0,
    }


def _agreed_facts(agreed: dict[str, AgreedScore], present: list[PanelMember]) -> dict[str, Any]:
    """Agreed clauses not confirmed by everybody present, and confirmed ones without the support of more than half."""
    names = {member.pk: str(member) for member in present}
    open_ones, turned_down = [], []
    for item_id, one in agreed.items():
        said = {row.member_id: row.agrees for row in one.confirmations.all() if row.member_id in names}
        if left := [name for pk, name in names.items() if pk not in said]:
            open_ones.append(f"{item_id}（{'、'.join(left)}）")
        elif sum(said.values()) * 2 <= len(said):
            turned_down.append(item_id)
    return {"unconfirmed": open_ones, "turned_down": turned_down}
