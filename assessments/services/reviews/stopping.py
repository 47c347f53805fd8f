"""Stopping a review whose case was withdrawn: nobody is asked for anything any more, what was scored stays on record."""

from django.db import transaction

from assessments.lifecycle.review import REVIEW
from assessments.models import Review
from assessments.services.reviews.notes import Note, tell_panel, tell_staff
from greendistrict.notifications.enums import Message
from greendistrict.workflow.services import perform


def stop(*, review: Review, reason: str) -> Review:
    """End an open review for its case; one that is concluded or stopped already is left as it is."""
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).select_related("table__district").get(pk=review.pk)
        if REVIEW.find("stop", locked.status) is None:
            return locked
        perform(machine=REVIEW, obj=locked, action="stop", by=None, reason=reason)
        tell_panel(locked, Message.CASE_MOVED, Note("stopped", f"{locked}已终止", reason))
        tell_staff(locked, Note("stopped", f"{locked}已终止", reason))
    return locked
