"""A concluded review moves its case: registered upward with ``workflow.on``, run in the review's transaction."""

from typing import Any

from approvals.models import Case
from approvals.services import opinions, papers
from approvals.services.steps import locked, move, touch
from assessments.enums import Conclusion
from assessments.models import Review
from greendistrict.accounts.models import User


def review_concluded(*, record: Any, obj: Review, by: User, payload: Any) -> None:
    """Carry the conclusion over; a case that was withdrawn meanwhile stays as it is."""
    del record, payload
    found = Case.objects.filter(review=obj).first()
    if found is None:
        return
    case = locked(found, None)
    review = Review.objects.get(pk=obj.pk)
    if case.status != "reviewing":
        return
    label = Conclusion(review.conclusion).label
    if review.conclusion != Conclusion.FAILED:
        opinions.draw_up(case=case, review=review, by=by)
    if review.conclusion == Conclusion.REVISE:
        move(case, "review_revise", None, reason=f"评审结论：{label}")
        papers.give_back_table(case, by=by, reason=f"评审结论：{label}")
        return
    case.star_found = review.star if review.conclusion != Conclusion.FAILED else None
    touch(case, "star_found")
    move(case, "review_concluded", None, reason=f"评审结论：{label}")
