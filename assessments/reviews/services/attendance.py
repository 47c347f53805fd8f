"""Attendance at the meeting: sign-in, early departure, leaving the panel, adjournment without a quorum."""

from collections.abc import Collection, Mapping

from django.db import transaction

from assessments.reviews.models.meeting import AgreedConfirmation
from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.services.meeting_records import in_meeting, lapse, next_version, own_member, require_secretariat
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refusal, Refused
from greendistrict.workflow.procedure import Taken


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
