"""Moves a case when its review concludes; registered with ``workflow.on`` and run in the review's transaction."""

from typing import Any

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.services import held
from assessments.common.enums import Conclusion
from assessments.reviews.models import Review
from greendistrict.accounts.models import User
from greendistrict.workflow.procedure import take


def review_concluded(*, record: Any, obj: Review, by: User, payload: Any) -> None:
    """Transfer the review's conclusion to its case, unless the case was withdrawn."""
    del record, payload
    found = Case.objects.filter(review=obj).first()
    if found is None or held(found, None).status != CaseState.REVIEWING:
        return
    review = Review.objects.get(pk=obj.pk)
    action = "review_revise" if review.conclusion == Conclusion.REVISE else "review_concluded"
    reason = f"评审结论：{Conclusion(review.conclusion).label}"
    take(obj=found, action=action, by=None, version=None, values={"review": review, "by": by}, reason=reason)
