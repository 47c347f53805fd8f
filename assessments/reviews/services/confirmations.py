"""Members confirm agreed scores and the opinion, in person or on a signed sheet that a second person compares."""

from collections.abc import Collection
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.reviews.models.meeting import AgreedConfirmation
from assessments.reviews.models.review import AgreedScore, PanelMember, Review
from assessments.reviews.rules.reviews import agreed_until, is_this_member, opinion_mark, oversees_reviews
from assessments.reviews.selectors.papers import said_on_paper, unchecked_confirmations
from assessments.reviews.services.meeting_records import ask_second, in_meeting, own_member, require_secretariat
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.documents.services import store


def confirm_agreed(
    *, review: Review, member: PanelMember, item_ids: Collection[str], agrees: bool, seen: str, dissent: str = "", by: User
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
        if on_paper:
            ask_second(locked, row, "paper_vote", by)
    return made


def _confirm(agreed: AgreedScore, member: PanelMember, *, agrees: bool, dissent: str, by: User) -> AgreedConfirmation:
    said = {"agrees": agrees, "dissent": dissent, "at": clock.now(), "by": by, "checked_by": None}
    return AgreedConfirmation.objects.update_or_create(agreed=agreed, member=member, defaults=said)[0]


def sign_opinion(*, review: Review, member: PanelMember, seen: str, by: User) -> None:
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
        if on_paper:
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
    held = posts_of(by)
    NotAllowed.when(not oversees_reviews(held) or is_this_member(held, row), "由登记人以外的评审秘书或市级人员核对")
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
