"""Guards of the steps of a reconsideration or suit."""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.document_numbers import number_taken
from approvals.cases.guards import handed, not_later_than_today, typed
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question


def another_person(question: Question) -> Iterable[Refusal]:
    """The person is not the one who registered the outcome."""
    if question.by is not None and question.obj.found_by_id == question.by.pk:
        yield Refusal("结果的登记人和审定人须为两人", remedy="请另一人审定")


@handed("against")
def can_follow(question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """What the outcome gives back can be given back."""
    del question
    return against


def not_replied(question: Question) -> Iterable[Refusal]:
    """The city replies once."""
    if question.obj.replied_on is not None:
        yield Refusal("已经登记答复", found=question.obj.reply_number)


def not_stayed(question: Question) -> Iterable[Refusal]:
    """The decision is carried out at present."""
    if question.obj.is_stayed:
        yield Refusal("已经停止执行", found=question.obj.stay_number)


def stayed(question: Question) -> Iterable[Refusal]:
    """The decision is not carried out at present."""
    if not question.obj.is_stayed:
        yield Refusal("没有停止执行，不需要恢复执行")


@typed("number", "on")
def reply_numbered(question: Question, number: str, on: dt.date) -> Iterable[Refusal]:
    """The reply has a free number and a day since the copy came."""
    if taken := number_taken(number.strip(), question.obj):
        yield Refusal(taken, field="number")
    yield from not_later_than_today(on, "on")
    if on < question.obj.served_on:
        yield Refusal("答复日期不能早于收到副本日期", field="on")


@typed("on")
def since_filing(question: Question, on: dt.date) -> Iterable[Refusal]:
    """The day lies between the filing and today."""
    yield from not_later_than_today(on, "on")
    if on < question.obj.filed_on:
        yield Refusal("日期不能早于申请或者起诉日期", field="on")


@typed("on")
def since_stay(question: Question, on: dt.date) -> Iterable[Refusal]:
    """The stay ends after it began."""
    yield from not_later_than_today(on, "on")
    if question.obj.stayed_on is not None and on < question.obj.stayed_on:
        yield Refusal("恢复执行日期不能早于停止执行日期", field="on")


@typed("outcome")
def outcome_chosen(question: Question, outcome: str) -> Iterable[Refusal]:
    """The outcome is one that the paper can have."""
    del question
    if not outcome:
        yield Refusal("请选择结果", field="outcome")
