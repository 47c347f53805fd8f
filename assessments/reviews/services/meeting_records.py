"""Checks shared by all meeting records: review locked and in session, member present, outdated signatures removed."""

from assessments.reviews.enums import MemberState, ReviewState
from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.rules.reviews import is_this_member, runs_reviews
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.procedure import STALE, hold_version, notify_event


def require_secretariat(by: User) -> None:
    """Raise ``NotAllowed`` unless the user is of the secretariat."""
    NotAllowed.unless(runs_reviews(posts_of(by)), "由评审秘书办理")


def in_meeting(review: Review) -> Review:
    """Lock the review and count up its version. Raises ``Refused`` outside the meeting."""
    locked = Review.objects.select_for_update(of=("self",), no_key=True).select_related("table__edition").get(pk=review.pk)
    Refused.when(locked.status != ReviewState.MEETING, "只在评审会期间记录")
    next_version(locked)
    return locked


def next_version(review: Review) -> None:
    """Count up the version of a locked review after a change of one of its parts."""
    review.version += 1
    review.save(update_fields=["version"])


def own_member(
    review: Review, member: PanelMember, by: User, *, present: bool = True, version: int | None = None
) -> PanelMember:  # fmt: skip
    """Lock and return the member, for the member in person or the secretariat.

    ``version`` is the member's version on the page, if the page shows it. Raises ``NotAllowed``, ``Stale``; ``Refused`` before the
    sign-in.
    """
    row = review.members.select_for_update(of=("self",), no_key=True).select_related("expert").get(pk=member.pk)
    held = posts_of(by)
    NotAllowed.when(
        row.state != MemberState.ACCEPTED or not (is_this_member(held, row) or runs_reviews(held)),
        "由专家本人或评审秘书记录",
    )
    if version is not None:
        hold_version(row, version, STALE)
    if present and row.present_at is None:
        msg = f"{member}尚未签到"
        raise Refused(msg)
    return row


def ask_second(review: Review, member: PanelMember, event: str, by: User) -> None:
    """Ask secretariat and 经办 to compare what ``by`` entered from paper; at most once an hour per member."""
    notify_event(review, event, by, mark=f"{member.pk}:{clock.now():%Y%m%d%H}")


def lapse(review: Review) -> None:
    """Void all signatures and the signed sheet after a change of the text."""
    review.members.filter(signed_at__isnull=False).update(signed_at=None, signed_by=None, sign_checked_by=None)
    if review.signed_sheet_id is not None:
        review.signed_sheet = None
        review.save(update_fields=["signed_sheet"])
