"""Messages of a review beside those of its steps: meeting calls, scores handed in, paper scores to check."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from assessments.common.enums import MemberState
from assessments.reviews.models.review import Review
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify


@dataclass(frozen=True)
class ReviewNote:
    """One message: ``event`` names what happened, once per review; ``page`` is the name of the address it opens."""

    event: str
    title: str
    body: str = ""
    page: str = "review"


def notify_panel(review: Review, kind: Message, note: ReviewNote) -> None:
    """Tell the members who accepted."""
    members = review.members.filter(state=MemberState.ACCEPTED).select_related("expert__user")
    _send(review, kind, note, [member.expert.user for member in members])


def notify_staff(review: Review, note: ReviewNote, *, city: bool = False) -> None:
    """Tell the secretariat, and with ``city`` the officers too."""
    roles = [Role.SECRETARIAT, Role.CITY_OFFICER] if city else [Role.SECRETARIAT]
    _send(review, Message.CASE_MOVED, note, holders(*roles))


def _send(review: Review, kind: Message, note: ReviewNote, receivers: Iterable[User]) -> None:
    notify(
        kind=kind,
        key=f"review:{review.pk}:{note.event}",
        receivers=receivers,
        title=note.title,
        body=note.body,
        link=reverse(f"assessments:{note.page}", args=[review.pk]),
        demo=review.table.district.is_demo,
    )
