"""What happens to a seat: accepted with a declaration, declined, recused; who leads the panel."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from assessments.enums import MemberState
from assessments.lifecycle.review import MEMBER
from assessments.models import PanelMember, Review
from assessments.rules.reviews import oversees_reviews, runs_reviews
from assessments.selectors.reviews import answer_due
from assessments.services.reviews.attending import leave_table
from assessments.services.reviews.notes import Note, tell_released, tell_staff
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.services import perform

NAMED_IN = {"inviting", "scoring", "meeting"}
ANSWERED_IN = {"inviting", "scoring"}


def reply(*, member: PanelMember, accept: bool, declared: bool, reason: str, by: User) -> PanelMember:
    """Answer an invitation. Accepting needs the declaration 无应回避情形; declining needs a reason. Raises ``Refused``."""
    if accept and not declared:
        raise Refused([Refusal("接受邀请须声明无应回避情形；有应回避情形的，请选择声明回避", field="declared")])
    return _answer(member, "accept" if accept else "decline", reason=reason, declared=accept and declared, by=by)


def recuse(*, member: PanelMember, reason: str, by: User) -> PanelMember:
    """Step back because of a conflict, on invitation or whenever it shows before the conclusion: the scores are kept and do not count."""
    return _answer(member, "recuse", reason=reason, declared=False, by=by)


def _answer(member: PanelMember, action: str, *, reason: str, declared: bool, by: User) -> PanelMember:
    """Take the step of a seat while the review is under way; the secretariat learns of it, and the expert of a release."""
    with transaction.atomic():
        review = Review.objects.select_for_update(of=("self",)).get(pk=member.review_id)
        if review.status not in ANSWERED_IN | ({"meeting"} if action in {"recuse", "release"} else set()):
            msg = "评审会已开始，不能再答复邀请"
            raise Refused(msg)
        perform(machine=MEMBER, obj=member, action=action, by=by, reason=reason)
        member.reason, member.declared, member.replied_at = reason.strip(), declared, clock.now()
        member.chair = member.chair and member.state == MemberState.ACCEPTED
        member.save(update_fields=["reason", "declared", "replied_at", "chair"])
        if review.status == "meeting":
            leave_table(review, member, reason)
        words = f"{member}{member.get_state_display()}"
        tell_staff(review, Note(f"reply:{member.pk}:{member.state}", f"{review}：{words}", reason.strip()))
        if action == "release":
            tell_released(member)
    return member


def release(*, member: PanelMember, reason: str, by: User) -> PanelMember:
    """Take an expert with a conflict off the panel; what was scored stays on record and counts for nothing. Raises ``Refused``."""
    return _answer(member, "release", reason=reason, declared=False, by=by)


def lapse_overdue(today: dt.date) -> int:
    """Free the seats whose invitation was not answered in time (expert_reply_days); safe to repeat. Returns how many."""
    waiting = PanelMember.objects.filter(state=MemberState.INVITED, review__status__in=("inviting", "scoring"))
    late = [member for member in waiting.select_related("review", "expert__user").order_by("pk") if answer_due(member) < today]
    return sum(_lapse(member) for member in late)


@transaction.atomic
def _lapse(member: PanelMember) -> bool:
    review = Review.objects.select_for_update(of=("self",)).get(pk=member.review_id)
    stored = PanelMember.objects.get(pk=member.pk)
    if stored.state != MemberState.INVITED or review.status not in {"inviting", "scoring"}:
        return False
    perform(machine=MEMBER, obj=stored, action="lapse", by=None)
    tell_staff(review, Note(f"lapse:{stored.pk}", f"{review}：{stored}逾期未答复，请补抽"))
    return True


def note_hours(*, review: Review, hours: Mapping[int, Decimal | None], by: User) -> None:
    """Note the hours of members who sit, by key of the seat; no fee and no account is kept. Raises ``NotAllowed``, ``Refused``."""
    if not runs_reviews(by):
        msg = "工时由评审秘书登记"
        raise NotAllowed(msg)
    with transaction.atomic():
        rows = list(review.members.select_for_update(of=("self",)).filter(pk__in=hours, state=MemberState.ACCEPTED))
        if len(rows) != len(hours) or review.status not in {"meeting", "concluded"}:
            msg = "评审会开始后为在任专家登记工时"
            raise Refused(msg)
        for row in rows:
            row.hours = hours[row.pk]
        PanelMember.objects.bulk_update(rows, ["hours"])
        data = {str(row.seat): str(row.hours) for row in rows}
        audit.record(action="review.hours", by=by, obj=review, data=data)


def name_chair(*, review: Review, member: PanelMember, by: User) -> None:
    """Make an accepted member the chair (市级指定). Raises ``NotAllowed``, ``Refused``."""
    if not oversees_reviews(by):
        msg = "组长由市级或评审秘书指定"
        raise NotAllowed(msg)
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if locked.status not in NAMED_IN or member.review_id != review.pk or member.state != MemberState.ACCEPTED:
            msg = "组长应从已接受邀请的专家中指定"
            raise Refused(msg)
        locked.members.filter(chair=True).update(chair=False)
        PanelMember.objects.filter(pk=member.pk).update(chair=True)
        audit.record(action="review.chair", by=by, obj=review, data={"seat": member.seat})
