"""What happens to a seat: accepted with a declaration, declined, recused; who leads the panel."""

from django.db import transaction

from assessments.enums import MemberState
from assessments.lifecycle.review import MEMBER
from assessments.models import PanelMember, Review
from assessments.rules.reviews import oversees_reviews
from assessments.services.reviews.notes import Note, tell_staff
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.services import perform

NAMED_IN = {"inviting", "scoring", "meeting"}


def reply(*, member: PanelMember, accept: bool, declared: bool, reason: str, by: User) -> PanelMember:
    """Answer an invitation. Accepting needs the declaration 无应回避情形; declining needs a reason. Raises ``Refused``."""
    if accept and not declared:
        raise Refused([Refusal("接受邀请须声明无应回避情形；有应回避情形的，请选择声明回避", field="declared")])
    return _answer(member, "accept" if accept else "decline", reason=reason, declared=accept and declared, by=by)


def recuse(*, member: PanelMember, reason: str, by: User) -> PanelMember:
    """Step back because of a conflict, on invitation or whenever it shows before the meeting. Raises ``Refused``."""
    return _answer(member, "recuse", reason=reason, declared=False, by=by)


def _answer(member: PanelMember, action: str, *, reason: str, declared: bool, by: User) -> PanelMember:
    with transaction.atomic():
        review = Review.objects.select_for_update(of=("self",)).get(pk=member.review_id)
        if review.status not in {"inviting", "scoring"}:
            msg = "评审会已开始，不能再答复邀请"
            raise Refused(msg)
        perform(machine=MEMBER, obj=member, action=action, by=by, reason=reason)
        member.reason, member.declared, member.replied_at = reason.strip(), declared, clock.now()
        member.chair = member.chair and member.state == MemberState.ACCEPTED
        member.save(update_fields=["reason", "declared", "replied_at", "chair"])
        words = f"{member}{member.get_state_display()}"
        tell_staff(review, Note(f"reply:{member.pk}:{member.state}", f"{review}：{words}", reason.strip()))
    return member


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
