"""State machine of a loss of title (取消、撤销 CX). Repeated failures open a draft (``services``); people decide every step.

Also here: Guards of the steps of a loss of title; the facts come from ``approvals.losses.city_assessments``.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from approvals.cases.document_numbers import number_taken
from approvals.cases.enums import CaseState
from approvals.cases.guards import MOST_NUMBER, decision_numbered, decision_recorded, not_later_than_today, own_page, typed
from approvals.cases.lifecycle import (
    CHECKER,
    DECIDER,
    OFFICER,
    SIGNER,
    announce,
    case_machine,
    legal_agree,
    legal_return,
    return_for_more,
    return_to_officer,
    to_check,
)
from approvals.requests.guards import entry_whole
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal
from greendistrict.core.workdays import term_in_words
from greendistrict.policy import parameters
from greendistrict.policy.selectors import setting_label
from greendistrict.policy.statutes import SERVED_BY_NOTICE, served_by_notice
from greendistrict.policy.unconfirmed import not_confirmed
from greendistrict.workflow.machine import Question, State, Transition, reads


@reads("against")
def grounds_hold(_question: Question, against: Sequence[Refusal]) -> Iterable[Refusal]:
    """The district holds the title and every policy condition for taking it away is met: 八（三）, or both conditions of 八（四）."""
    return against


@reads("missing")
def file_written(question: Question, missing: Sequence[str]) -> Iterable[Refusal]:
    """Facts and basis are recorded."""
    case = question.obj
    page = own_page("loss_grounds" if case.status == CaseState.DRAFT else "case", case)
    remedy = "填写事实和依据" if case.status == CaseState.DRAFT else "退回经办补充事实、依据和材料"
    for what in missing:
        yield Refusal(what, remedy=remedy, href=page)


@reads("chain")
def checker_asked(_question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """The setting ``approval_chain.cancel_or_revoke`` contains 审核."""
    if "审核" not in chain:
        yield Refusal("参数设定取消、撤销不经审核环节", remedy="办理“转事先告知”", is_moot=True)


@reads("chain")
def checker_left_out(_question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """The setting ``approval_chain.cancel_or_revoke`` does not contain 审核."""
    if "审核" in chain:
        yield Refusal("须先经市级审核同意", required="、".join(chain), remedy="办理“提交审核”", is_moot=True)


@reads("open_terms")
def hearing_term_confirmed(question: Question, open_terms: Sequence[str]) -> Iterable[Refusal]:
    """The city has confirmed the setting on which the term for 陈述申辩 rests, by the day of service: its lapse goes against the holder."""
    for key in open_terms:
        yield not_confirmed(key, "起算陈述申辩期限、登记逾期未陈述申辩")
    served_on = question.payload.get("intent_served_on") if question.typed else None
    if served_on and not open_terms and parameters.load(served_on)["hearing_days"].waits:
        yield Refusal(
            f"“{setting_label('hearing_days')}”在{day_in_words(served_on)}还未经市级确认，不能据以起算陈述申辩期限",
            remedy="按确认的期限重新送达，登记新的送达日期",
            field="intent_served_on",
        )


@reads("on", "hearing_due")
def hearing_over(_question: Question, on: dt.date, due: dt.date | None) -> Iterable[Refusal]:
    """The term for 陈述申辩 has ended."""
    if due is None or on <= due:
        shown = term_in_words(due) if due else "未登记告知"
        yield Refusal("陈述申辩期限未满", required=f"{shown}以后", found=day_in_words(on), remedy="期满后登记未陈述")


@reads("on", "hearing_due", "open_terms")
def hearing_open(_question: Question, on: dt.date, due: dt.date | None, open_terms: Sequence[str]) -> Iterable[Refusal]:
    """The term for 陈述申辩 is running, or rests on a default; a statement made later is entered by the officer."""
    if due is not None and on > due and not open_terms:
        yield Refusal("陈述申辩期限已过", found=f"截至{term_in_words(due)}", remedy="请联系市级经办代为登记")


@typed("intent_served_on", "number")
def intent_recorded(question: Question, intent_served_on: dt.date | None, number: str | None) -> Iterable[Refusal]:
    """The date of notification is not in the future and the letter's number is free."""
    yield from not_later_than_today(question, intent_served_on, "intent_served_on")
    if taken := number_taken((number or "").strip()[:MOST_NUMBER], question.obj.loss):
        yield Refusal(taken, field="number")


@typed("statement")
def statement_written(_question: Question, statement: str | None) -> Iterable[Refusal]:
    """The holder's statement is recorded."""
    if not (statement or "").strip():
        yield Refusal("请写明陈述申辩的意见和理由", field="statement")


@typed("considered")
def considered_written(_question: Question, considered: str | None) -> Iterable[Refusal]:
    """The officer's answer to the statement is recorded."""
    if not (considered or "").strip():
        yield Refusal("请写明对陈述申辩的复核意见", field="considered")


@typed("discussed_on", "discussion")
def discussion_recorded(question: Question, discussed_on: dt.date | None, discussion: str | None) -> Iterable[Refusal]:
    """The discussion was held after the legal review and its result is recorded."""
    yield from not_later_than_today(question, discussed_on, "discussed_on")
    legal_on = question.obj.loss.legal_on
    if discussed_on and legal_on and discussed_on < legal_on:
        yield Refusal("集体讨论日期不能早于法制审核", field="discussed_on")
    if not (discussion or "").strip():
        yield Refusal("请写明集体讨论的意见", field="discussion")


REMEDIES = {
    "行政复议机关": ("人民政府",),
    "申请行政复议的期限": ("六十日", "60日"),
    "人民法院": ("法院",),
    "提起行政诉讼的期限": ("六个月", "6个月"),
}


@typed("decided_on", "remedies")
def remedies_named(question: Question, decided_on: dt.date | None, remedies: str | None) -> Iterable[Refusal]:
    """The decision is not before the discussion and names the legal remedies."""
    words = remedies or ""
    lacking = [name for name, told in REMEDIES.items() if not any(one in words for one in told)]
    if lacking:
        yield Refusal(f"救济途径没有写明{'、'.join(lacking)}", required="行政复议、行政诉讼的机关和期限", field="remedies")
    discussed_on = question.obj.loss.discussed_on
    if decided_on and discussed_on and decided_on < discussed_on:
        yield Refusal("决定日期不能早于集体讨论", field="decided_on")


BY_NOTICE = "公告送达"  # the day of the notice is registered once the paper counts as served


@typed("served_on", "served_way")
def serving_recorded(question: Question, served_on: dt.date | None, served_way: str | None) -> Iterable[Refusal]:
    """The date of delivery is neither before the decision nor in the future; a public notice has run its thirty days."""
    yield from not_later_than_today(question, served_on, "served_on")
    if served_on and served_way == BY_NOTICE and (counts := served_by_notice(served_on)) > question.today:
        yield Refusal(
            f"公告尚未满{SERVED_BY_NOTICE.words}（{SERVED_BY_NOTICE.ground}）", required=f"{day_in_words(counts)}起登记", field="served_on"
        )
    decided_on = question.obj.decided_on
    if served_on and decided_on and served_on < decided_on:
        yield Refusal("送达日期不能早于决定日期", field="served_on")


STATES = (
    State(CaseState.DRAFT, "拟办", phase="拟办", outside_phase="事先告知", inside=True),
    State(CaseState.CHECKING, "待审核", tone="info", phase="拟办", outside_phase="事先告知", inside=True),
    State(CaseState.TELLING, "待事先告知", tone="info", phase="事先告知", outside_phase="事先告知", inside=True),
    State(CaseState.HEARING, "待陈述申辩", "已告知", "warning", phase="陈述申辩", outside_phase="陈述申辩"),
    State(CaseState.HEARD, "已陈述申辩，待复核", "审查中", "info", phase="陈述申辩", outside_phase="审查决定", inside=True),
    State(CaseState.LEGAL, "待法制审核", "审查中", "info", phase="法制审核", outside_phase="审查决定", inside=True),
    State(CaseState.DISCUSSING, "待集体讨论", "审查中", "info", phase="集体讨论", outside_phase="审查决定", inside=True),
    State(CaseState.DECIDING, "待审定", "审查中", "info", phase="审定", outside_phase="审查决定", inside=True),
    State(CaseState.DECIDED, "已决定，待送达", "审查中", "warning", phase="送达", outside_phase="审查决定", inside=True),
    State(CaseState.SERVED, "已送达，待公告", "已决定", "warning", phase="公告", outside_phase="公告"),
    State(CaseState.ANNOUNCED, "已公告", "已公告", "danger", final=True),
    State(CaseState.DROPPED, "终止办理，称号不变", "终止办理", "neutral", final=True),
)

TRANSITIONS = (
    to_check(("draft",), checker_asked, file_written, grounds_hold, message="转市级审核，同意后事先告知"),
    Transition("to_tell", "转事先告知", ("draft",), "telling", (OFFICER,), (checker_left_out, file_written, grounds_hold), tone="primary",
        message="参数设定不经审核环节，直接准备告知书"),
    return_to_officer("draft", "退回经办补充事实和依据"),
    Transition("agree", "同意告知", ("checking",), "telling", (CHECKER,), (file_written, grounds_hold), tone="primary",
        adverse=True, message="由经办出具事先告知书"),
    Transition("tell", "登记事先告知", ("telling",), "hearing", (OFFICER,), (grounds_hold, hearing_term_confirmed, intent_recorded),
        tone="primary", confirm=True, adverse=True, message="登记告知书文号、送达日期和扫描件，陈述申辩期限开始计算"),
    Transition("state", "提交陈述申辩", ("hearing",), "heard", (SIGNER,), (hearing_open, statement_written), tone="primary", confirm=True,
        message="写明意见和理由，可以附证据；提交后由市级复核"),
    Transition("waive", "放弃陈述申辩", ("hearing",), "heard", (SIGNER,), reason_required=True, confirm=True,
        message="写明放弃；程序继续，仍须经法制审核和集体讨论"),
    Transition("enter_statement", "代录陈述申辩", ("hearing",), "heard", (OFFICER,), (entry_whole, statement_written),
        message="书面、当面或听证的陈述申辩，登记收到日期、方式和笔录"),
    Transition("lapse", "登记逾期未陈述申辩", ("hearing",), "heard", (OFFICER,), (hearing_over, hearing_term_confirmed),
        reason_required=True, confirm=True, message="期限届满没有收到陈述申辩，写明怎样核对和告知的期限，程序继续"),
    Transition("to_legal", "提交法制审核", ("heard",), "legal", (OFFICER,), (grounds_hold, considered_written), tone="primary",
        message="写明对陈述申辩逐条复核的意见，转法制审核"),
    legal_agree("discussing", grounds_hold, to="提请集体讨论"),
    legal_return("heard", "事实、证据、依据或程序"),
    Transition("discuss", "登记集体讨论", ("discussing",), "deciding", (OFFICER,), (discussion_recorded,), tone="primary",
        message="登记会议纪要的文号、日期、参加人员和结论"),
    return_for_more("heard", "退回经办补充，补充后重新法制审核和集体讨论"),
    Transition("decide", "审定取消或撤销", ("deciding",), "decided", (DECIDER,), (grounds_hold, remedies_named, decision_recorded),
        tone="danger", confirm=True, adverse=True, message="登记决定日期，写明救济途径；文号可以在编定后登记，送达并公告后称号终止"),
    Transition("decide_not", "审定不予取消或撤销", ("deciding",), "dropped", (DECIDER,), (decision_recorded,),
        reason_required=True, confirm=True, message="办结，称号不变"),
    Transition("serve", "登记送达", ("decided",), "served", (OFFICER,), (decision_numbered, serving_recorded), tone="primary",
        message="登记送达日期、方式、签收人和送达回证"),
    announce(("served",), "称号自公告日终止，记录保留", tone="danger"),
    Transition("drop", "终止办理", ("draft", "telling"), "dropped", (OFFICER,), reason_required=True, confirm=True,
        message="告知前发现不应取消或撤销的，写明理由终止；称号不变"),
)  # fmt: skip

LOSS = case_machine("loss", "取消与撤销", STATES, TRANSITIONS)
