"""Members of a panel and their meeting: attendance, confirmations, hours, and checks shared by these.

Also here: Members confirm agreed scores and the opinion, in person or on a signed sheet that a second person compares. Attendance at the
meeting: sign-in, early departure, leaving the panel, adjournment without a quorum. Panel members: acceptance with a declaration, refusal,
recusal; choice of the chair.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.reviews.enums import BEFORE_MEETING, FROM_MEETING, WITH_PANEL, MemberState, ReviewState
from assessments.reviews.models import AgreedConfirmation, AgreedScore, PanelMember, Review
from assessments.reviews.rules import agreed_until, is_this_member, opinion_mark, oversees_reviews, runs_reviews
from assessments.reviews.selectors.papers import said_on_paper, unchecked_confirmations
from assessments.reviews.selectors.reviews import answer_due
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.core.memoisation import held_reads
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import STALE, Taken, hold, hold_version, notify_event, take


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
    posts = posts_of(by)
    NotAllowed.when(
        row.state != MemberState.ACCEPTED or not (is_this_member(posts, row) or runs_reviews(posts)),
        "由专家本人或评审秘书记录",
    )
    if version is not None:
        hold_version(row, version, STALE)
    if present and row.present_at is None:
        msg = f"{member}尚未签到"
        raise Refused(msg)
    return row


def ask_second(review: Review, member: PanelMember, event: str, by: User) -> None:
    """Ask secretariat and 经办 to compare what ``by`` entered from paper (``event``); once an hour per member at most."""
    notify_event(review, event, by, mark=f"{member.pk}:{clock.now():%Y%m%d%H}")


def lapse(review: Review) -> None:
    """Void all signatures and the signed sheet after a change of the text."""
    review.members.filter(signed_at__isnull=False).update(signed_at=None, signed_by=None, sign_checked_by=None)
    if review.signed_sheet_id is not None:
        review.signed_sheet = None
        review.save(update_fields=["signed_sheet"])


def confirm_agreed(
    *,
    review: Review,
    member: PanelMember,
    item_ids: Collection[str],
    agrees: bool,
    seen: str,
    dissent: str = "",
    by: User,
    asks: bool = True,
) -> list[AgreedConfirmation]:
    """Confirm agreed clauses, or store a dissent; nothing agreed later than ``seen``. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    if not agrees and not dissent.strip():
        raise Refused([Refusal("请写明保留意见", field="dissent")])
    if agrees and dissent.strip():  # a dissent that was typed is never dropped
        remedy = "有保留意见的，办理“记录保留意见”；同意的，清空保留意见"
        raise Refused([Refusal("写了保留意见，不能同时同意", remedy=remedy, field="dissent")])
    with transaction.atomic():
        locked = in_meeting(review)
        row = own_member(locked, member, by)
        found = list(locked.agreed.filter(item_id__in=item_ids))
        Stale.when(len(found) != len(set(item_ids)) or not found or agreed_until(found) > seen, "商定结果已有变动，请核对后再确认")
        made = [_confirm(one, row, agrees=agrees, dissent="" if agrees else dissent.strip(), by=by) for one in found]
        on_paper = not is_this_member(posts_of(by), row)
        data = {"member": row.number, "items": sorted(item_ids), "agrees": agrees, "on_paper": on_paper}
        audit.record(action="review.confirm_agreed", by=by, obj=locked, data=data)
        if on_paper and asks:
            ask_second(locked, row, "paper_vote", by)
    return made


def _confirm(agreed: AgreedScore, member: PanelMember, *, agrees: bool, dissent: str, by: User) -> AgreedConfirmation:
    said = {"agrees": agrees, "dissent": dissent, "at": clock.now(), "by": by, "checked_by": None}
    return AgreedConfirmation.objects.update_or_create(agreed=agreed, member=member, defaults=said)[0]


def sign_opinion(*, review: Review, member: PanelMember, seen: str, by: User, asks: bool = True) -> None:
    """Sign the opinion, in person or entered from the uploaded sheet. ``seen`` is the mark of the text on the page.

    Raises ``NotAllowed``, ``Stale`` if the text changed, ``Refused``.
    """
    with transaction.atomic():
        locked = in_meeting(review)
        row = own_member(locked, member, by)
        Refused.when(not locked.opinion.strip() or not row.vote, "先写好评审意见并表决，再确认")
        Stale.when(opinion_mark(locked) != seen, "评审意见已有修改，请看过新的文字再确认")
        on_paper = not is_this_member(posts_of(by), row)
        if on_paper and locked.signed_sheet_id is None:
            msg = "先上传签名页扫描件，再按书面签名登记"
            raise Refused(msg)
        row.signed_at, row.signed_by, row.sign_checked_by = clock.now(), by, None
        row.save(update_fields=["signed_at", "signed_by", "sign_checked_by"])
        audit.record(action="review.sign", by=by, obj=locked, data={"member": row.number, "on_paper": on_paper})
        if on_paper and asks:
            ask_second(locked, row, "paper_signature", by)


def keep_sheet(*, review: Review, upload: "UploadedFile[Any]", by: User) -> Review:
    """Store the scan of the signed sheet for the opinion's current text. Raises ``NotAllowed``, ``Refused`` (kind of file)."""
    require_secretariat(by)
    with transaction.atomic():
        locked = in_meeting(review)
        Refused.unless(locked.opinion.strip(), "先写好评审意见，打印签名后上传")
        locked.signed_sheet = store(owner=locked, upload=upload, kind="signed_sheet", title="评审意见签名页", by=by)
        locked.save(update_fields=["signed_sheet"])
        locked.members.filter(signed_by=by).exclude(expert__user=by).update(signed_at=None, signed_by=None, sign_checked_by=None)
        audit.record(action="review.keep_sheet", by=by, obj=locked, data={"sha256": locked.signed_sheet.sha256})
    return locked


def _member_for_second(review: Review, member: PanelMember, by: User) -> PanelMember:
    """Lock and return the member for a user who may compare. Raises ``NotAllowed``."""
    row = review.members.select_for_update(of=("self",), no_key=True).select_related("expert").get(pk=member.pk)
    posts = posts_of(by)
    NotAllowed.when(not oversees_reviews(posts) or is_this_member(posts, row), "由登记人以外的评审秘书或市级人员核对")
    return row


def check_signature(*, review: Review, member: PanelMember, by: User) -> None:
    """A second person compares a signature entered from paper with its scan. Raises ``NotAllowed``, ``Refused``."""
    with transaction.atomic():
        locked = in_meeting(review)
        row = _member_for_second(locked, member, by)
        NotAllowed.when(row.signed_by_id == by.pk, "书面签名由登记人以外的评审秘书或市级人员核对")
        Refused.unless(row.wants_check, "没有待核对的书面签名")
        row.sign_checked_by = by
        row.save(update_fields=["sign_checked_by"])
        audit.record(action="review.check_signature", by=by, obj=locked, data={"member": row.number})


def check_said(*, review: Review, member: PanelMember, by: User) -> None:
    """A second person compares vote and confirmations of a member with the paper. Raises ``NotAllowed``, ``Refused``."""
    with transaction.atomic():
        locked = in_meeting(review)
        row = _member_for_second(locked, member, by)
        waiting = said_on_paper([row]).get(row.pk, frozenset())
        NotAllowed.when(waiting == {by.pk}, "书面表决和确认由登记人以外的评审秘书或市级人员核对")
        Refused.unless(waiting, "没有待核对的书面表决和确认")
        if row.voted_on_paper and row.voted_by_id != by.pk:
            row.vote_checked_by = by
            row.save(update_fields=["vote_checked_by"])
        unchecked_confirmations([row]).exclude(by=by).update(checked_by=by)
        audit.record(action="review.check_said", by=by, obj=locked, data={"member": row.number, "vote": row.vote})


def check_sheet(*, review: Review, member: PanelMember, by: User) -> None:
    """A second person compares with the sheet all that was entered from it. Raises ``NotAllowed``, ``Refused``."""
    with transaction.atomic():
        check_said(review=review, member=member, by=by)
        check_signature(review=review, member=member, by=by)


def sign_in(*, review: Review, members: Collection[PanelMember], versions: Mapping[int, int], by: User) -> int:
    """Sign members in: a member signs in personally, the secretariat signs in everyone present; returns the number of new ones.

    ``versions`` are the members' versions by primary key as the page showed them. Raises ``NotAllowed``, ``Stale``, ``Refused``.
    """
    if not members:
        raise Refused([Refusal("请选择已到会的专家", field="members")])
    with transaction.atomic():
        locked = in_meeting(review)
        rows = [own_member(locked, member, by, present=False, version=versions[member.pk]) for member in members]
        new = [row for row in rows if row.present_at is None]
        for row in new:
            row.present_at, row.present_by, row.version = clock.now(), by, row.version + 1
            row.save(update_fields=["present_at", "present_by", "version"])
            on_paper = by.pk != row.expert.user_id
            audit.record(action="review.sign_in", by=by, obj=locked, data={"member": row.number, "on_paper": on_paper})
    return len(new)


def sign_out(*, review: Review, member: PanelMember, reason: str, version: int, by: User) -> None:
    """Record that a member left early: vote and confirmations lapse, scores stay.

    Raises ``NotAllowed``, ``Stale``, ``Refused``.
    """
    require_secretariat(by)
    if not reason.strip():
        raise Refused([Refusal("请写明提前退席的原因", field="reason")])
    with transaction.atomic():
        locked = in_meeting(review)
        row = own_member(locked, member, by, version=version)
        row.version += 1
        row.save(update_fields=["version"])
        _empty_chair(row)
        audit.record(action="review.sign_out", by=by, obj=locked, data={"member": row.number, "reason": reason.strip()})


def _empty_chair(member: PanelMember) -> None:
    member.present_at, member.present_by = None, None
    member.vote, member.voted_by, member.vote_checked_by = "", None, None
    member.signed_at, member.signed_by, member.sign_checked_by = None, None, None
    said = ("vote", "voted_by", "vote_checked_by", "signed_at", "signed_by", "sign_checked_by")
    member.save(update_fields=["present_at", "present_by", *said])
    member.confirmations.all().delete()


def on_drop_out(taken: Taken) -> None:
    """Free the place of an expert who cannot continue; the scores are kept but no longer count."""
    leave_table(taken.obj.review, taken.obj, taken.record.reason)
    next_version(taken.obj.review)


def leave_table(review: Review, member: PanelMember, reason: str) -> None:
    """Clear chair, vote and confirmations of a member who just left; signatures of the other members lapse."""
    member.reason, member.chair, member.replied_at = fitted(member, "reason", reason.strip()), False, clock.now()
    member.save(update_fields=["reason", "chair", "replied_at"])
    _empty_chair(member)
    lapse(review)


def on_adjourn(taken: Taken) -> None:
    """休会: return to scoring so that a substitute can be drawn; readings are hidden again.

    Agreements stay recorded but must be confirmed again; sign-ins, votes and signatures are removed.
    """
    review = taken.obj
    held = {"at": review.meeting_at.isoformat() if review.meeting_at else "", "place": review.meeting_place}
    lapse(review)
    review.members.update(present_at=None, present_by=None, vote="", voted_by=None, vote_checked_by=None)
    AgreedConfirmation.objects.filter(agreed__review=review).delete()
    review.meeting_at, review.meeting_place = None, ""
    audit.record(action="review.adjourned_from", by=taken.by, obj=review, data=held)


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
