"""The meeting: called, opened, clauses agreed, votes taken, opinion written and confirmed."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from assessments.enums import Conclusion, MemberState
from assessments.lifecycle.review import REVIEW
from assessments.models import AgreedScore, PanelMember, Review
from assessments.rules.reviews import is_this_member, runs_reviews
from assessments.selectors.review_facts import facts_of
from assessments.selectors.review_pool import rules_of
from assessments.selectors.review_scores import findings_of
from assessments.services.reviews.notes import Note, tell_panel, tell_staff
from assessments.settle import Claim
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.core.templatetags.gd import cn_datetime
from greendistrict.notifications.enums import Message
from greendistrict.workflow.services import perform
from indicators.scoring import ValueProblem, check_points


def call_meeting(*, review: Review, at: dt.datetime, place: str, by: User) -> None:
    """Set or move the meeting and tell the panel and the officers. Raises ``NotAllowed``, ``Refused``."""
    _require_secretariat(by)
    if not place.strip() or at <= clock.now():
        raise Refused([Refusal("请填写以后的会议时间和地点", field="meeting_at")])
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if locked.status != "scoring":
            msg = "专家评分期间发评审会通知"
            raise Refused(msg)
        review.meeting_at, review.meeting_place = at, place.strip()
        review.save(update_fields=["meeting_at", "meeting_place"])
        audit.record(action="review.call_meeting", by=by, obj=review, data={"at": at.isoformat(), "place": review.meeting_place})
        event = f"meeting:{at:%Y%m%d%H%M}:{review.meeting_place}"
        words = f"{cn_datetime(at)}，{review.meeting_place}"
        tell_panel(review, Message.REVIEW_MEETING, Note(event, "评审会通知", words, "review_workspace"))
        tell_staff(review, Note(event, f"{review}：评审会通知", words), city=True)


def open_meeting(*, review: Review, by: User) -> None:
    """Open the readings to those at the table; the agenda follows by itself. Raises ``Refused`` before all are in."""
    with transaction.atomic():
        perform(machine=REVIEW, obj=review, action="open_meeting", by=by, facts=facts_of(review))
        words = "各自评分已公开给与会人员，议题已列出。"
        tell_panel(review, Message.REVIEW_MEETING, Note("opened", "评审会开始", words, "review_meeting"))


@dataclass(frozen=True)
class Agreement:
    """What the meeting says of a clause; one of the three figures, by the kind of clause."""

    points: str = ""
    holds: bool | None = None
    founded: bool | None = None
    reason: str = ""
    dissent: str = ""


def record_agreed(*, review: Review, item_id: str, agreement: Agreement, by: User) -> AgreedScore:
    """Record what was agreed for a disputed clause; signatures given before lapse. Raises ``NotAllowed``, ``Refused``."""
    _require_secretariat(by)
    with transaction.atomic():
        locked = _in_meeting(review)
        findings = findings_of(locked)
        point = next((one for one in findings.points if one.claim.item_id == item_id), None)
        if point is None:
            msg = f"条文 {item_id} 不在议题中，按各自评分取定"
            raise Refused(msg)
        if not agreement.reason.strip():
            raise Refused([Refusal("请写明商定理由", field="reason")])
        figures = _figures(locked, point.claim, agreement)
        kept = {"reason": agreement.reason.strip(), "dissent": agreement.dissent.strip(), "at": clock.now(), "by": by}
        made, _ = AgreedScore.objects.update_or_create(review=locked, item_id=item_id, defaults={**figures, **kept})
        _lapse(locked)
        data = {key: None if value is None else str(value) for key, value in figures.items()}
        audit.record(action="review.agree", by=by, obj=locked, data={"item": item_id, **data, "reason": kept["reason"]})
    return made


def _figures(review: Review, claim: Claim, agreement: Agreement) -> dict[str, Any]:
    figures: dict[str, Any] = {"points": None, "holds": None, "exclusion_founded": None}
    if claim.outcome.excluded:
        if agreement.founded is None:
            raise Refused([Refusal("请选择不参评是否成立", field="founded")])
        unfounded = {"points": claim.unfounded.points, "holds": claim.unfounded.holds}
        return figures | {"exclusion_founded": agreement.founded} | ({} if agreement.founded else unfounded)
    if claim.control:
        if agreement.holds is None:
            raise Refused([Refusal("请选择控制项是否满足", field="holds")])
        return figures | {"holds": agreement.holds}
    return figures | {"points": _agreed_points(review, claim, agreement.points)}


def _agreed_points(review: Review, claim: Claim, typed: str) -> Decimal:
    try:
        return check_points(rules_of(review).items[claim.item_id], typed)
    except ValueProblem as problem:
        raise Refused([Refusal(f"商定分{problem.message}", field="points")]) from problem


def record_vote(*, review: Review, member: PanelMember, vote: str, by: User) -> None:
    """Record a member's vote, by the member or by the secretariat for somebody at the table. Raises ``NotAllowed``, ``Refused``."""
    with transaction.atomic():
        locked = _in_meeting(review)
        seat = _own_seat(locked, member, by)
        if vote not in Conclusion.values:
            raise Refused([Refusal("请选择表决意见", field="vote")])
        seat.vote, seat.signed_at = vote, None
        seat.save(update_fields=["vote", "signed_at"])
        audit.record(
            action="review.vote", by=by, obj=locked, data={"seat": seat.seat, "vote": vote, "on_paper": by.pk != seat.expert.user_id}
        )


def save_opinion(*, review: Review, opinion: str, version: int, by: User) -> Review:
    """Keep the opinion's text; signatures given before lapse. Raises ``Stale``, ``NotAllowed``, ``Refused``."""
    with transaction.atomic():
        locked = _in_meeting(review)
        chair = locked.members.filter(chair=True, state=MemberState.ACCEPTED, expert__user=by).exists()
        if not (chair or runs_reviews(by)):
            msg = "评审意见由组长或评审秘书起草"
            raise NotAllowed(msg)
        if locked.version != version:
            msg = "评审意见已由他人修改"
            raise Stale(msg, current=locked.opinion)
        if opinion.strip() != locked.opinion:
            locked.opinion, locked.version = opinion.strip(), version + 1
            locked.save(update_fields=["opinion", "version"])
            _lapse(locked)
            audit.record(action="review.opinion", by=by, obj=locked, data={"version": locked.version})
    return locked


def sign_opinion(*, review: Review, member: PanelMember, by: User) -> None:
    """Confirm the opinion by name, by the member or by the secretariat from paper. Raises ``NotAllowed``, ``Refused``."""
    with transaction.atomic():
        locked = _in_meeting(review)
        seat = _own_seat(locked, member, by)
        if not locked.opinion.strip() or not seat.vote:
            msg = "先写好评审意见并表决，再确认"
            raise Refused(msg)
        seat.signed_at = clock.now()
        seat.save(update_fields=["signed_at"])
        audit.record(action="review.sign", by=by, obj=locked, data={"seat": seat.seat, "on_paper": by.pk != seat.expert.user_id})


def _require_secretariat(by: User) -> None:
    if not runs_reviews(by):
        msg = "由评审秘书办理"
        raise NotAllowed(msg)


def _in_meeting(review: Review) -> Review:
    locked = Review.objects.select_for_update(of=("self",)).select_related("table__edition").get(pk=review.pk)
    if locked.status != "meeting":
        msg = "只在评审会期间记录"
        raise Refused(msg)
    return locked


def _own_seat(review: Review, member: PanelMember, by: User) -> PanelMember:
    seat = review.members.select_for_update(of=("self",)).select_related("expert").get(pk=member.pk)
    if seat.state != MemberState.ACCEPTED or not (is_this_member(by, seat) or runs_reviews(by)):
        msg = "由专家本人或评审秘书记录"
        raise NotAllowed(msg)
    return seat


def _lapse(review: Review) -> None:
    review.members.filter(signed_at__isnull=False).update(signed_at=None)
