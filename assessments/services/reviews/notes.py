"""Messages of a review: words and receivers in one place."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from assessments.enums import MemberState
from assessments.models import PanelMember, Review
from assessments.selectors.reviews import reply_due
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.core import clock
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.policy import parameters


@dataclass(frozen=True)
class Note:
    """One message: ``event`` names what happened, once per review; ``page`` is the name of the address it opens."""

    event: str
    title: str
    body: str = ""
    page: str = "review"


def invite(member: PanelMember) -> None:
    """Invite one expert; the case itself is named only after signing in."""
    due = reply_due(clock.today(), parameters.load())
    words = f"请于{due.year}年{due.month}月{due.day}日前答复，并声明有无应回避情形。"
    note = Note(f"invite:{member.pk}", "您有一项评审邀请待答复", words, "review_invitation")
    _send(member.review, Message.PANEL_INVITATION, note, [member.expert.user])


def tell_released(member: PanelMember) -> None:
    """Tell an expert that a seat was taken back; neither case nor reason is named, for they are no business any more."""
    notify(
        kind=Message.EXPERT_POOL,
        key=f"review:{member.review_id}:release:{member.pk}",
        receivers=[member.expert.user],
        title="您的一项评审邀请已收回",
        link=reverse("assessments:review_list"),
        demo=member.review.table.district.is_demo,
    )


def tell_panel(review: Review, kind: Message, note: Note) -> None:
    """Tell the members who accepted."""
    members = review.members.filter(state=MemberState.ACCEPTED).select_related("expert__user")
    _send(review, kind, note, [member.expert.user for member in members])


def tell_member(member: PanelMember, note: Note) -> None:
    """Tell one member."""
    _send(member.review, Message.SCORES_DUE, note, [member.expert.user])


def tell_staff(review: Review, note: Note, *, city: bool = False) -> None:
    """Tell the secretariat, and with ``city`` the officers too."""
    roles = [Role.SECRETARIAT, Role.CITY_OFFICER] if city else [Role.SECRETARIAT]
    _send(review, Message.CASE_MOVED, note, holders(*roles))


def _send(review: Review, kind: Message, note: Note, receivers: Iterable[User]) -> None:
    notify(
        kind=kind,
        key=f"review:{review.pk}:{note.event}",
        receivers=receivers,
        title=note.title,
        body=note.body,
        link=reverse(f"assessments:{note.page}", args=[review.pk]),
        demo=review.table.district.is_demo,
    )
