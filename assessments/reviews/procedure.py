"""Procedures of a review, a panel member and paper scores: facts, effects and recipients of their steps."""

from typing import Any

from django.urls import reverse

from assessments.common.services import city_parties
from assessments.reviews.enums import MemberState
from assessments.reviews.forms import AppointForm, ConcludeForm, DueForm, InvitationReplyForm, MemberReasonForm
from assessments.reviews.lifecycle.paper import PAPER
from assessments.reviews.lifecycle.review import MEMBER, REVIEW
from assessments.reviews.models import PanelMember, PaperScores, Review
from assessments.reviews.selectors import facts
from assessments.reviews.selectors.reviews import reply_due
from assessments.reviews.services import meeting_records, opening, paper, scoring
from assessments.reviews.services import meeting_records as members
from assessments.reviews.services.meeting import concluded
from greendistrict.accounts.models import User
from greendistrict.core.templatetags.gd import cn_date, cn_datetime
from greendistrict.core.workdays import term_in_words
from greendistrict.notifications.enums import Message
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import Event, Note, Party, Procedure, Step, Taken, row_lock

CITY = city_parties()


_lock_review = row_lock(Review, "table__edition", "table__district")


def _lock_member(pk: int) -> Any:
    """Lock the review before its member, the order used everywhere."""
    review = _lock_review(PanelMember.objects.values_list("review_id", flat=True).get(pk=pk))
    member = PanelMember.objects.select_for_update(of=("self",), no_key=True).select_related("expert__user").get(pk=pk)
    member.review = review
    return member


def _lock_paper(pk: int) -> Any:
    """Lock the member before its paper sheet."""
    rows = PanelMember.objects.select_for_update(of=("self",), no_key=True)
    member = rows.select_related("review__table__edition", "review__table__district", "expert__user").get(paper=pk)
    sheet = PaperScores.objects.select_for_update(of=("self",), no_key=True).select_related("typed_by").get(pk=pk)
    sheet.member = member
    return sheet


def _panel(review: Review, _source: str) -> list[User]:
    members = review.members.filter(state=MemberState.ACCEPTED).select_related("expert__user")
    return [member.expert.user for member in members]


def _note(review: Review, title: str, body: str, page: str = "review", *args: int) -> Note:
    return Note(title, body, reverse(f"assessments:{page}", args=[review.pk, *args]), review.table.district.is_demo)


def _panel_note(taken: Taken) -> Note:
    """Message to experts; an invitation does not name the case."""
    review, action = taken.obj, taken.record.action
    if action == "start_scoring":
        return _note(review, "条文已分派，请各自评分", f"评分截止{cn_date(review.score_due)}。", "review_workspace")
    if action == "open_meeting":
        return _note(review, "评审会开始", "各自评分已公开给与会人员，议题已列出。", "review_meeting")
    if action == "adjourn":
        return _note(review, "评审会休会", taken.record.reason, "review_workspace")
    due = term_in_words(reply_due(taken.today, parameters.load())) + parameters.default_mark("expert_reply_days")
    words = f"请于{due}前答复，并声明有无应回避情形。{_work_words(review)}"
    return _note(review, "您有一项评审邀请待答复", words, "review_invitation")


def _work_words(review: Review) -> str:
    """Number of clauses and planned days, worded so that the district is not revealed."""
    days = [
        f"{what}预定{cn_date(day)}"
        for what, day in (("评分截止", review.planned_due), ("评审会", review.planned_meeting))
        if day is not None
    ]
    return "，".join([f"条文共{len(review.claims)}条，按专业分派", *days]) + "。"


def _review_note(taken: Taken) -> Note:
    review, record = taken.obj, taken.record
    step = REVIEW.find(record.action, record.source)
    body = f"评审结论：{review.get_conclusion_display()}" if record.action == "conclude" else record.reason
    return _note(review, f"{review}：{step.label if step else record.action}", body)


def _taken_back(taken: Taken) -> Note:
    """Message to an expert who was released from the panel; it states neither case nor reason."""
    demo = taken.obj.review.table.district.is_demo
    return Note("您的一项评审邀请已收回", "", reverse("assessments:review_list"), demo)


def _member_note(taken: Taken) -> Note:
    member = taken.obj
    return _note(member.review, f"{member.review}：{member}{member.get_state_display()}", taken.record.reason)


def _paper_note(taken: Taken) -> Note:
    sheet, member = taken.obj, taken.obj.member
    review, action = member.review, taken.record.action
    if action == "hand_over":
        return _note(review, f"{review}：{member}的纸质评分待复核", "请另一名评审秘书与纸质评分核对。", "paper_check", member.number)
    if action == "send_back":
        return _note(review, f"{review}：{member}的纸质评分退回重录", taken.record.reason, "paper_type", member.number)
    words = f"{sheet.typed_by.name}录入，{sheet.checked_by.name}复核。与您的纸质评分不符的，请联系评审秘书。"
    return _note(review, "您的纸质评分已录入", words, "review_submit")


def _handed_in_note(taken: Taken) -> Note:
    """Message to the secretariat that a member has handed in and how many are missing; ``obj`` is the member or their paper sheet."""
    member = taken.obj if isinstance(taken.obj, PanelMember) else taken.obj.member
    left = member.review.members.filter(state=MemberState.ACCEPTED, submitted_at__isnull=True).count()
    words = f"还有{left}名专家没有提交" if left else "各自评分已全部提交，可以召开评审会"
    return _note(member.review, f"{member.review}：{member}已提交评分", words)


def _meeting_note(taken: Taken) -> Note:
    review = taken.obj
    return _note(review, "评审会通知", f"{cn_datetime(review.meeting_at)}，{review.meeting_place}", "review_workspace")


def _meeting_of(taken: Taken) -> Note:
    review = taken.obj
    return _note(review, f"{review}：评审会通知", f"{cn_datetime(review.meeting_at)}，{review.meeting_place}")


def _from_paper(what: str) -> Event:
    """Event for something entered from paper that another person must compare."""
    return Event(
        turn=("secretariat", "city_officer"),
        message=Message.CASE_MOVED,
        words=lambda taken: _note(taken.obj, f"{taken.obj}：{what}待核对", "", "review_meeting"),
    )


INVITES = Message.PANEL_INVITATION
REVIEW_STEPS = Procedure(
    machine=REVIEW,
    lock=_lock_review,
    words=_panel_note,
    informed_words=_review_note,
    facts={
        "panel": facts.panel_facts,
        "committed": facts.is_committed,
        "shortfall": facts.shortfall_of,
        "recusals_open": facts.recusals_open,
        "meeting": facts.meeting_facts,
    },
    parties={
        **CITY,
        "panel": Party("专家组", _panel),
        "drawn": Party("抽中的专家", opening.drawn_people),
        "redrawn": Party("补抽的专家", opening.drawn_people),
        "appointed": Party("被指定的专家", opening.drawn_people),
    },
    events={
        "call_meeting": Event(
            turn=("panel",),
            informed=("secretariat", "city_officer"),
            message=Message.REVIEW_MEETING,
            informed_message=Message.CASE_MOVED,
            words=_meeting_note,
            informed_words=_meeting_of,
        ),
        "paper_vote": _from_paper("书面表决和确认"),
        "paper_signature": _from_paper("书面签名"),
        "paper_sheet": _from_paper("签名页的表决、确认和签名"),
    },
    steps={
        "commit": Step(facts=("panel", "committed"), effect=opening.on_commit, makes=("draw",)),
        "draw": Step(
            facts=("committed", "recusals_open", "shortfall"),
            effect=opening.on_draw,
            makes=("members",),
            turn=("drawn",),
            message=INVITES,
        ),
        "appoint": Step(
            form=AppointForm,
            facts=("recusals_open", "shortfall"),
            effect=opening.on_appoint,
            makes=("members",),
            turn=("appointed",),
            message=INVITES,
        ),
        "redraw": Step(
            facts=("panel", "committed", "shortfall"), effect=opening.on_draw, makes=("members",), turn=("redrawn",), message=INVITES
        ),
        "reappoint": Step(
            form=AppointForm,
            facts=("panel", "shortfall"),
            effect=opening.on_appoint,
            makes=("members",),
            turn=("appointed",),
            message=INVITES,
        ),
        "start_scoring": Step(
            form=DueForm, facts=("panel",), effect=scoring.on_start, makes=("assignments",), turn=("panel",), message=Message.SCORES_DUE
        ),
        "open_meeting": Step(
            facts=("panel",),
            turn=("panel",),
            informed=("city_officer",),
            message=Message.REVIEW_MEETING,
            informed_message=Message.CASE_MOVED,
        ),
        "conclude": Step(
            form=ConcludeForm,
            facts=("meeting",),
            with_state=concluded,
            makes=("result",),
            informed=("panel", "city_officer", "secretariat"),
            message=Message.CASE_MOVED,
        ),
        "adjourn": Step(
            effect=meeting_records.on_adjourn,
            turn=("panel",),
            informed=("city_officer", "secretariat"),
            message=Message.REVIEW_MEETING,
            informed_message=Message.CASE_MOVED,
        ),
        "stop": Step(informed=("panel", "secretariat"), message=Message.CASE_MOVED),
    },
)

STAFF = Message.CASE_MOVED
MEMBER_STEPS = Procedure(
    machine=MEMBER,
    lock=_lock_member,
    words=_taken_back,
    informed_words=_member_note,
    parties={**CITY, "expert": Party("专家本人", lambda member, _source: [member.expert.user])},
    events={"hand_in": Event(informed=("secretariat",), message=STAFF, informed_words=_handed_in_note)},
    steps={
        "accept": Step(form=InvitationReplyForm, effect=members.on_answer, informed=("secretariat",), message=STAFF),
        "decline": Step(form=InvitationReplyForm, effect=members.on_answer, informed=("secretariat",), message=STAFF),
        "recuse": Step(form=MemberReasonForm, effect=members.on_answer, informed=("secretariat",), message=STAFF),
        "drop_out": Step(
            form=MemberReasonForm, effect=meeting_records.on_drop_out, informed=("secretariat", "city_officer"), message=STAFF
        ),
        "release": Step(
            form=MemberReasonForm,
            effect=members.on_answer,
            turn=("expert",),
            informed=("secretariat",),
            message=Message.EXPERT_POOL,
            informed_message=STAFF,
        ),
        "lapse": Step(effect=members.on_lapse, informed=("secretariat",), message=STAFF),
    },
)

PAPER_STEPS = Procedure(
    machine=PAPER,
    lock=_lock_paper,
    words=_paper_note,
    informed_words=_handed_in_note,
    facts={"gaps": paper.gaps_of, "online": paper.is_online},
    parties={
        **CITY,
        "second": Party("其他评审秘书", CITY["secretariat"].people),
        "typist": Party("录入的评审秘书", lambda sheet, _source: [sheet.typed_by]),
        "expert": Party("专家", lambda sheet, _source: [sheet.member.expert.user]),
    },
    steps={
        "hand_over": Step(facts=("gaps",), turn=("second",), message=STAFF),
        "send_back": Step(turn=("typist",), message=STAFF),
        "check": Step(
            facts=("gaps", "online"),
            effect=paper.on_check,
            makes=("scores",),
            turn=("expert",),
            informed=("secretariat",),
            message=Message.SCORES_DUE,
            informed_message=STAFF,
        ),
    },
)
