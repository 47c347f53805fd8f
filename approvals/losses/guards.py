"""Guards of the steps of a loss of title; the facts come from ``approvals.losses.facts``."""

import datetime as dt
from collections.abc import Iterable, Sequence

from approvals.cases.document_numbers import number_taken
from approvals.cases.enums import CaseState
from approvals.cases.guards import MOST_NUMBER, not_later_than_today, own_page, typed
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question, reads


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
        yield Refusal("参数设定取消、撤销不经审核环节", remedy="办理“转事先告知”")


@reads("chain")
def checker_left_out(_question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """The setting ``approval_chain.cancel_or_revoke`` does not contain 审核."""
    if "审核" in chain:
        yield Refusal("须先经市级审核同意", required="、".join(chain), remedy="办理“提交审核”")


@reads("on", "hearing_due")
def hearing_over(_question: Question, on: dt.date, due: dt.date | None) -> Iterable[Refusal]:
    """The term for 陈述申辩 has ended."""
    if due is None or on <= due:
        shown = day_in_words(due) if due else "未登记告知"
        yield Refusal("陈述申辩期限未满", required=f"{shown}以后", found=day_in_words(on), remedy="期满后登记未陈述")


@reads("on", "hearing_due")
def hearing_open(_question: Question, on: dt.date, due: dt.date | None) -> Iterable[Refusal]:
    """The term for 陈述申辩 is running; a statement made later is entered by the officer."""
    if due is not None and on > due:
        yield Refusal("陈述申辩期限已过", found=f"截至{day_in_words(due)}", remedy="请联系市级经办代为登记")


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


@typed("decided_on", "remedies")
def remedies_named(question: Question, decided_on: dt.date | None, remedies: str | None) -> Iterable[Refusal]:
    """The decision is not before the discussion and names the legal remedies."""
    if not (remedies or "").strip():
        yield Refusal("请写明救济途径：行政复议、行政诉讼的机关和期限", field="remedies")
    discussed_on = question.obj.loss.discussed_on
    if decided_on and discussed_on and decided_on < discussed_on:
        yield Refusal("决定日期不能早于集体讨论", field="decided_on")


@typed("served_on")
def serving_recorded(question: Question, served_on: dt.date | None) -> Iterable[Refusal]:
    """The date of delivery is neither before the decision nor in the future."""
    yield from not_later_than_today(question, served_on, "served_on")
    decided_on = question.obj.decided_on
    if served_on and decided_on and served_on < decided_on:
        yield Refusal("送达日期不能早于决定日期", field="served_on")
