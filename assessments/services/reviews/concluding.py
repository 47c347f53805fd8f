"""The conclusion: settled points are scored once, kept as text, and the case behind the review moves."""

from typing import Any

from django.db import transaction

from assessments.lifecycle.review import REVIEW
from assessments.models import Review
from assessments.selectors.review_facts import facts_of, judges_star
from assessments.selectors.review_scores import Findings, findings_of
from assessments.services.reviews.notes import Note, tell_panel, tell_staff
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.notifications.enums import Message
from greendistrict.workflow.services import perform
from indicators.scoring import figure


def conclude(*, review: Review, conclusion: str, star: int | None, star_reason: str, by: User) -> Review:
    """Record the panel's conclusion as its votes allow it. Raises ``Refused`` with every reason at once.

    ``review.result`` keeps the scored result (figures as text) and per item what was settled and how.
    """
    if conclusion not in {"passed", "passed_after", "revise", "failed"}:
        msg = "请选择评审结论"
        raise Refused(msg)
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).select_related("table__edition", "table__district").get(pk=review.pk)
        if locked.status == "meeting":
            _keep(locked, conclusion, star, star_reason)
        payload = {"conclusion": conclusion, "star": star, "star_reason": star_reason}
        perform(machine=REVIEW, obj=locked, action="conclude", by=by, facts=facts_of(locked), payload=payload)
        _tell(locked)
    review.refresh_from_db()
    return review


def _keep(review: Review, conclusion: str, star: int | None, star_reason: str) -> None:
    passes = conclusion in {"passed", "passed_after"}
    review.conclusion, review.star = conclusion, star if passes and judges_star(review) else None
    review.star_reason = star_reason.strip() if passes else ""
    review.result, review.concluded_at = _result(review, findings_of(review)), clock.now()
    review.save(update_fields=["conclusion", "star", "star_reason", "result", "concluded_at"])


def _result(review: Review, findings: Findings) -> dict[str, Any]:
    if findings.result is None:
        return {}
    disputed = {point.claim.item_id for point in findings.points}
    settled = {
        key: {
            "points": figure(outcome.points),
            "holds": outcome.holds,
            "excluded": outcome.excluded,
            "how": "agreed" if key in findings.agreed else "rule" if key in disputed else "readers",
        }
        for key, outcome in findings.outcomes.items()
    }
    votes = {str(member.seat): member.vote for member in review.members.filter(state="accepted").exclude(vote="")}
    return {**findings.result.as_json(), "settled": settled, "votes": votes}


def _tell(review: Review) -> None:
    words = f"评审结论：{review.get_conclusion_display()}"
    title = f"{review}已有结论"
    tell_panel(review, Message.CASE_MOVED, Note("concluded", title, words, "review_opinion"))
    tell_staff(review, Note("concluded", title, words), city=True)
