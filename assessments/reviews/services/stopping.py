"""Stop a review whose case was withdrawn; recorded scores are kept."""

from django.db import transaction

from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import Review
from greendistrict.workflow.procedure import hold, take


def stop(*, review: Review, reason: str) -> Review:
    """Stop an open review with a reason; a review already concluded or stopped stays unchanged."""
    with transaction.atomic():
        locked: Review = hold(review)
        if REVIEW.find("stop", locked.status) is not None:
            take(obj=locked, action="stop", by=None, version=None, reason=reason)
    return locked
