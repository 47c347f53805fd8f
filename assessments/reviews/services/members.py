"""Panel members: acceptance with a declaration, refusal, recusal; choice of the chair."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from assessments.reviews.enums import BEFORE_MEETING, FROM_MEETING, WITH_PANEL, MemberState, ReviewState
from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.rules.reviews import oversees_reviews, runs_reviews
from assessments.reviews.selectors.reviews import answer_due
from assessments.reviews.services.attendance import leave_table
from assessments.reviews.services.meeting_records import next_version
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.memoisation import held_reads
from greendistrict.core.row_faults import one_by_one
from greendistrict.workflow.procedure import Taken, hold, hold_version, take


def on_answer(taken: Taken) -> None:
    """Store an answer, a recusal or a release; in session the place becomes vacant."""
    member, review = taken.obj, taken.obj.review
    member.reason, member.declared, member.replied_at = taken.record.reason, bool(taken.values.get("declared")), clock.now()
    member.chair = member.chair and member.state == MemberState.ACCEPTED
    if review.status == ReviewState.MEETING:
        leave_table(review, member, taken.record.reason)
    next_version(review)


def on_lapse(taken: Taken) -> None:
    """Free the member's place on the panel."""
    next_version(taken.obj.review)


def lapse_overdue(today: dt.date) -> int:
    """Free the places of members who did not answer in time (expert_reply_days); idempotent. Returns the number."""
    waiting = PanelMember.objects.filter(state=MemberState.INVITED, review__status__in=BEFORE_MEETING)
    with held_reads():
        late = [member for member in waiting.select_related("review", "expert__user").order_by("pk") if answer_due(member) < today]
    return sum(one_by_one("lapse-invitations", late, _lapse))


def _lapse(member: PanelMember) -> bool:
    """Free the place of one member unless an answer arrived meanwhile; returns whether the place was freed."""
    try:
        take(obj=member, action="lapse", by=None, version=None)
    except Refused:
        return False
    return True


def note_hours(*, review: Review, hours: Mapping[int, Decimal | None], by: User) -> None:
    """Store the hours of sitting members by primary key; fees and accounts are not stored. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(runs_reviews(posts_of(by)), "工时由评审秘书登记")
    with transaction.atomic():
        rows = list(review.members.select_for_update(of=("self",), no_key=True).filter(pk__in=hours, state=MemberState.ACCEPTED))
        if len(rows) != len(hours) or review.status not in FROM_MEETING:
            msg = "评审会开始后为在任专家登记工时"
            raise Refused(msg)
        for row in rows:
            row.hours = hours[row.pk]
        PanelMember.objects.bulk_update(rows, ["hours"])
        data = {str(row.number): str(row.hours) for row in rows}
        audit.record(action="review.hours", by=by, obj=review, data=data)


def name_chair(*, review: Review, member: PanelMember, version: int, by: User) -> None:
    """Make an accepted member the chair (市级指定). Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    NotAllowed.unless(oversees_reviews(posts_of(by)), "组长由市级或评审秘书指定")
    with transaction.atomic():
        locked: Review = hold(review)
        hold_version(locked, version)
        if locked.status not in WITH_PANEL or member.review_id != review.pk or member.state != MemberState.ACCEPTED:
            msg = "组长应从已接受邀请的专家中指定"
            raise Refused(msg)
        locked.members.filter(chair=True).update(chair=False)
        PanelMember.objects.filter(pk=member.pk).update(chair=True)
        next_version(locked)
        audit.record(action="review.chair", by=by, obj=review, data={"member": member.number})
