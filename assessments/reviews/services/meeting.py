"""The meeting: called, opened, clauses agreed, votes taken, opinion written and signed; and the conclusion that is stored."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from assessments.common.enums import CommentKind, Conclusion
from assessments.reviews.enums import BEFORE_SCORING, MemberState, ReviewState
from assessments.reviews.models import AgreedScore, PanelMember, Review
from assessments.reviews.rules import agreed_until, drafts_opinion, opinion_mark, seated
from assessments.reviews.selectors.agenda import agenda_of
from assessments.reviews.selectors.facts import judges_star
from assessments.reviews.selectors.pool import MeetingScores, findings_of, rules_of
from assessments.reviews.services.meeting_records import (
    ask_second,
    confirm_agreed,
    in_meeting,
    lapse,
    own_member,
    require_secretariat,
    sign_opinion,
)
from assessments.reviews.settlement import Cause, Claim
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.procedure import hold, hold_version, notify_event
from indicators.scoring.numbers import figure
from indicators.scoring.refusals import ValueProblem
from indicators.scoring.values import check_points


def concluded(review: Review, _by: User | None, values: Values) -> dict[str, Any]:
    """Conclusion, star and result as stored with the state.

    ``result`` keeps the scored result (figures as text), and per item what was settled and how.
    """
    passes = values["conclusion"] in {Conclusion.PASSED, Conclusion.PASSED_AFTER}
    return {
        "conclusion": values["conclusion"],
        "star": values["star"] if passes and judges_star(review) else None,
        "star_reason": values["star_reason"].strip() if passes else "",
        "result": _result(review, findings_of(review)),
        "concluded_at": clock.now(),
    }


def _result(review: Review, findings: MeetingScores) -> dict[str, Any]:
    if findings.result is None:
        return {}
    disputed = {point.claim.item_id for point in findings.points}
    settled = {
        key: {
            "points": figure(outcome.points),
            "holds": outcome.holds,
            "excluded": outcome.excluded,
            "how": "agreed" if key in findings.agreed else "rule" if key in disputed else "readers",
        }
        for key, outcome in findings.outcomes.items()
    }
    votes = {str(member.number): member.vote for member in review.members.filter(state=MemberState.ACCEPTED).exclude(vote="")}
    return {**findings.result.as_json(), "settled": settled, "votes": votes}


def hold_scoring(review: Review) -> None:
    """Raise ``Refused`` unless the experts are scoring, when the meeting is called."""
    Refused.when(review.status != ReviewState.SCORING, "专家评分期间发评审会通知")


def call_meeting(*, review: Review, at: dt.datetime, place: str, version: int, by: User) -> None:
    """Set or move the meeting and notify panel and 经办. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    require_secretariat(by)
    if not place.strip() or at <= clock.now():
        raise Refused([Refusal("请填写以后的会议时间和地点", field="meeting_at")])
    with transaction.atomic():
        locked: Review = hold(review)
        hold_version(locked, version)
        hold_scoring(locked)
        locked.meeting_at, locked.meeting_place, locked.version = at, place.strip(), version + 1
        locked.save(update_fields=["meeting_at", "meeting_place", "version"])
        audit.record(action="review.call_meeting", by=by, obj=locked, data={"at": at.isoformat(), "place": locked.meeting_place})
        notify_event(locked, "call_meeting", by, mark=f"{at:%Y%m%d%H%M}:{locked.meeting_place}")


def plan_days(*, review: Review, due: dt.date | None, meeting: dt.date | None, version: int, by: User) -> None:
    """Store planned days to state in invitations; they set no deadline and notify nobody. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    require_secretariat(by)
    with transaction.atomic():
        locked: Review = hold(review)
        hold_version(locked, version)
        Refused.when(locked.status not in BEFORE_SCORING, "开始评分前预定日程")
        if any(day is not None and day <= clock.today() for day in (due, meeting)):
            raise Refused([Refusal("请填写今天以后的日期", field="planned_due")])
        if due is not None and meeting is not None and meeting < due:
            raise Refused([Refusal("评审会不早于评分截止", field="planned_meeting")])
        locked.planned_due, locked.planned_meeting, locked.version = due, meeting, version + 1
        locked.save(update_fields=["planned_due", "planned_meeting", "version"])
        audit.record(action="review.plan_days", by=by, obj=locked, data={"due": str(due or ""), "meeting": str(meeting or "")})


def show_clause(*, review: Review, item_id: str, by: User) -> None:
    """Show a clause of the agenda on every screen that follows. Raises ``NotAllowed``, ``Refused``."""
    require_secretariat(by)
    Refused.when(item_id not in {line.item.id for line in agenda_of(review).lines}, f"条文 {item_id} 不在议程里")
    shown = Review.objects.filter(pk=review.pk, status=ReviewState.MEETING).update(current_item=item_id)
    Refused.unless(shown, "评审会期间才有当前条")


@dataclass(frozen=True)
class Agreement:
    """The meeting's agreement on a clause; one of the three figures is set, depending on the kind of clause."""

    points: str = ""
    holds: bool | None = None
    founded: bool | None = None
    reason: str = ""
    dissent: str = ""
    comment_kind: str = ""


def record_agreed(*, review: Review, item_id: str, agreement: Agreement, seen: str, by: User) -> AgreedScore:
    """Record the agreement on a disputed clause; earlier confirmations and signatures lapse.

    ``seen`` is the mark of the agreement shown on the page. Raises ``NotAllowed``, ``Stale``, ``Refused``.
    """
    require_secretariat(by)
    with transaction.atomic():
        locked = in_meeting(review)
        _hold_seen(locked, item_id, seen)
        findings = findings_of(locked)
        point = next((one for one in findings.points if one.claim.item_id == item_id), None)
        if point is None:
            msg = f"条文 {item_id} 不在议题中，按各自评分取定"
            raise Refused(msg)
        if not agreement.reason.strip():
            raise Refused([Refusal("请写明商定理由", field="reason")])
        figures = _figures(locked, point.claim, agreement)
        kind = agreement.comment_kind if Cause.COMMENTS in point.causes else ""
        if Cause.COMMENTS in point.causes and kind not in CommentKind.values:
            raise Refused([Refusal("各人意见性质不一，请商定是须修改还是建议", field="comment_kind")])
        figures["comment_kind"] = kind
        kept = {"reason": agreement.reason.strip(), "dissent": agreement.dissent.strip(), "at": clock.now(), "by": by}
        made, _ = AgreedScore.objects.update_or_create(review=locked, item_id=item_id, defaults={**figures, **kept})
        made.confirmations.all().delete()
        lapse(locked)
        data = {key: None if value is None else str(value) for key, value in figures.items()}
        audit.record(action="review.agree", by=by, obj=locked, data={"item": item_id, **data, "reason": kept["reason"]})
    return made


def _hold_seen(review: Review, item_id: str, seen: str) -> None:
    """Raise ``Stale`` if another agreement was recorded or withdrawn for the clause since the page was shown."""
    Stale.when(agreed_until(review.agreed.filter(item_id=item_id)) != seen, "这一条的商定结果期间已有变动，请核对后再办")


def withdraw_agreed(*, review: Review, item_id: str, seen: str, by: User) -> None:
    """Withdraw the agreement on a clause, which is then settled by rule. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    require_secretariat(by)
    with transaction.atomic():
        locked = in_meeting(review)
        _hold_seen(locked, item_id, seen)
        Refused.unless(locked.agreed.filter(item_id=item_id).delete()[0], "这一条没有商定结果")
        lapse(locked)
        audit.record(action="review.withdraw_agreed", by=by, obj=locked, data={"item": item_id})


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


def record_vote(*, review: Review, member: PanelMember, vote: str, version: int, by: User, asks: bool = True) -> None:
    """Record a member's vote, by the member or by the secretariat for a present member (``asks`` a second person then).

    ``version`` is the member's version on the page. Raises ``NotAllowed``, ``Stale``, ``Refused``.
    """
    with transaction.atomic():
        locked = in_meeting(review)
        row = own_member(locked, member, by, version=version)
        if vote not in Conclusion.values:
            raise Refused([Refusal("请选择表决意见", field="vote")])
        row.vote, row.voted_by, row.vote_checked_by, row.version = vote, by, None, row.version + 1
        row.signed_at, row.signed_by, row.sign_checked_by = None, None, None
        row.save(update_fields=["vote", "voted_by", "vote_checked_by", "signed_at", "signed_by", "sign_checked_by", "version"])
        data = {"member": row.number, "vote": vote, "on_paper": row.voted_on_paper}
        audit.record(action="review.vote", by=by, obj=locked, data=data)
        if asks and row.voted_on_paper:
            ask_second(locked, row, "paper_vote", by)


def record_sheet(*, review: Review, member: PanelMember, vote: str, version: int, seen: str, opinion_seen: str, by: User) -> None:
    """Record what a member signed on the sheet in one act: vote, consent to all that was agreed, signature.

    The second person is told once, of the sheet, and checks it by one press.

    ``seen`` and ``opinion_seen`` are the marks of agreements and opinion on the page. Raises ``NotAllowed``, ``Stale``, ``Refused``.
    """
    require_secretariat(by)
    with transaction.atomic():
        record_vote(review=review, member=member, vote=vote, version=version, by=by, asks=False)
        if items := list(review.agreed.exclude(confirmations__member=member).values_list("item_id", flat=True)):
            confirm_agreed(review=review, member=member, item_ids=items, agrees=True, seen=seen, by=by, asks=False)
        sign_opinion(review=review, member=member, seen=opinion_seen, by=by, asks=False)
        ask_second(review, member, "paper_sheet", by)


DRAFTERS = "评审意见由组长或评审秘书起草"


def save_opinion(*, review: Review, opinion: str, seen: str, by: User) -> Review:
    """Save the opinion's text; earlier signatures lapse. ``seen`` is the mark of the text from which the form was made.

    Votes and signatures recorded in the meantime do not conflict, only another text does. Raises ``Stale``, ``NotAllowed``, ``Refused``.
    """
    posts = posts_of(by)
    with transaction.atomic():
        locked = in_meeting(review)
        NotAllowed.unless(drafts_opinion(posts, seated(posts, locked)), DRAFTERS)
        if opinion_mark(locked) != seen:
            msg = "评审意见已由他人修改"
            raise Stale(msg, current=locked.opinion)
        if opinion.strip() != locked.opinion:
            locked.opinion = opinion.strip()
            locked.save(update_fields=["opinion"])
            lapse(locked)
            audit.record(action="review.opinion", by=by, obj=locked, data={"version": locked.version})
    return locked
