"""Guards of the steps of a reconsideration or suit; each docstring states the condition for passing."""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.document_numbers import number_taken
from approvals.cases.guards import not_later_than_today, typed
from approvals.remedies.rules import against_service, appeal_term, appeal_until, needs_redoing, outcomes_for
from approvals.titles.enums import ENDED_UNDECIDED, RemedyKind
from greendistrict.core import workdays
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question, reads


def another_person(question: Question) -> Iterable[Refusal]:
    """The person is not the one who registered the outcome."""
    if question.obj.found_by_id == question.held.person:
        yield Refusal("结果的登记人和审定人须为两人", remedy="请另一人审定")


@reads("against")
def can_follow(_question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """The title that the outcome restores can be restored."""
    return against


def not_replied(question: Question) -> Iterable[Refusal]:
    """The city has not replied yet."""
    if question.obj.replied_on is not None:
        yield Refusal("已经登记答复", found=question.obj.reply_number)


def not_stayed(question: Question) -> Iterable[Refusal]:
    """The decision is not stayed at present."""
    if question.obj.is_stayed:
        yield Refusal("已经停止执行", found=question.obj.stay_number)


def simplified(question: Question) -> Iterable[Refusal]:
    """The reconsideration runs by the simplified procedure."""
    if not question.obj.is_simplified:
        yield Refusal("没有适用简易程序，或者已经转为普通程序")


def stayed(question: Question) -> Iterable[Refusal]:
    """The decision is stayed at present."""
    if not question.obj.is_stayed:
        yield Refusal("没有停止执行，不需要恢复执行")


@typed("number", "on")
def reply_numbered(question: Question, number: str, on: dt.date) -> Iterable[Refusal]:
    """The reply has a free number, and its date is not before the service of the copy."""
    if taken := number_taken(number.strip(), question.obj):
        yield Refusal(taken, field="number")
    yield from not_later_than_today(question, on, "on")
    if on < question.obj.served_on:
        yield Refusal("答复日期不能早于收到副本日期", field="on")


@typed("on")
def since_filing(question: Question, on: dt.date) -> Iterable[Refusal]:
    """The date lies between the filing and today."""
    yield from not_later_than_today(question, on, "on")
    if on < question.obj.filed_on:
        yield Refusal("日期不能早于申请或者起诉日期", field="on")


@typed("on")
def since_lift(question: Question, on: dt.date) -> Iterable[Refusal]:
    """Another stay does not begin before the one before it ended."""
    if question.obj.stay_ended_on is not None and on < question.obj.stay_ended_on:
        yield Refusal("停止执行日期不能早于上一次恢复执行日期", field="on")


@typed("on")
def since_stay(question: Question, on: dt.date) -> Iterable[Refusal]:
    """The stay does not end before it began."""
    yield from not_later_than_today(question, on, "on")
    if question.obj.stayed_on is not None and on < question.obj.stayed_on:
        yield Refusal("恢复执行日期不能早于停止执行日期", field="on")


@typed("outcome")
def outcome_chosen(_question: Question, outcome: str) -> Iterable[Refusal]:
    """An outcome was chosen."""
    if not outcome:
        yield Refusal("请选择结果", field="outcome")


@typed("outcome")
def outcome_fits(question: Question, outcome: str) -> Iterable[Refusal]:
    """The outcome is possible for this kind: reconsideration, first instance or appeal."""
    if outcome and outcome not in outcomes_for(question.obj.kind):
        yield Refusal(f"{question.obj.get_kind_display()}没有这种结果", field="outcome")


def owes_reply(question: Question) -> Iterable[Refusal]:
    """The city owes a reply, which it does not to its own appeal."""
    if not question.obj.owes_reply:
        yield Refusal("本机关上诉，由对方当事人答辩")


def first_instance(question: Question) -> Iterable[Refusal]:
    """It is a suit; only the judgment of a suit can be appealed."""
    if question.obj.kind != RemedyKind.SUIT:
        yield Refusal("只有行政诉讼登记一审裁判")


@typed("outcome")
def judged_before(question: Question, outcome: str) -> Iterable[Refusal]:
    """The outcome is not a judgment of the first instance, because that takes effect only after the term of appeal."""
    if question.obj.kind == RemedyKind.SUIT and outcome and outcome not in ENDED_UNDECIDED:
        yield Refusal("一审判决、裁定在上诉期满后才生效（《行政诉讼法》第八十五条）", remedy="请先登记一审裁判和送达日期", field="outcome")


@typed("filed_on", "late_ground")
def appeal_in_time(question: Question, filed_on: dt.date, late_ground: str | None) -> Iterable[Refusal]:
    """The appeal was filed within its term, or the court admitted it with a stated ground."""
    remedy, until = question.obj, appeal_until(question.obj, workdays.current())
    yield from not_later_than_today(question, filed_on, "filed_on")
    if filed_on < remedy.judged_on:
        yield Refusal("上诉日期不能早于一审裁判送达日期", field="filed_on")
    if filed_on > until and not (late_ground or "").strip():
        yield Refusal(
            f"上诉期限至{workdays.term_in_words(until)}（{appeal_term(remedy).cite}）",
            remedy="法院准许顺延的，请填写依据",
            field="filed_on",
        )


@typed("filed_on", "served_on")
def appeal_served(question: Question, filed_on: dt.date, served_on: dt.date | None) -> Iterable[Refusal]:
    """The copy of the appeal was served after the filing and not after today."""
    if served_on is not None:
        yield from against_service(filed_on, served_on, question.today, "收到上诉状副本日期不能早于上诉日期")


def appeal_over(question: Question) -> Iterable[Refusal]:
    """The term of appeal has ended."""
    until = appeal_until(question.obj, workdays.current())
    if question.today <= until:
        yield Refusal(f"上诉期限尚未届满，{workdays.term_in_words(until)}期满（{appeal_term(question.obj).cite}）")
    on = question.payload.get("on") if question.typed else None
    if on is not None and on <= until:
        yield Refusal("生效日期应在上诉期满以后", field="on")
    if on is not None:
        yield from not_later_than_today(question, on, "on")


@typed("on", "redo_by")
def redo_after_outcome(_question: Question, on: dt.date, redo_by: dt.date | None) -> Iterable[Refusal]:
    """The deadline for the new decision is not before the outcome."""
    if redo_by is not None and redo_by < on:
        yield Refusal("重新作出决定的期限不能早于生效日期", field="redo_by")


def nothing_to_redo(question: Question) -> Iterable[Refusal]:
    """The outcome sets no decision aside that has to be made anew (a loss of title is undone instead)."""
    if needs_redoing(question.obj):
        yield Refusal("决定已被撤销，须重新作出", remedy="请用“审定，转重新作出决定”")


def to_redo(question: Question) -> Iterable[Refusal]:
    """The outcome set a decision aside that has to be made anew."""
    if not needs_redoing(question.obj):
        yield Refusal("没有须重新作出的决定", remedy="请用“审定”")


@typed("number", "on")
def redone_told(question: Question, number: str, on: dt.date) -> Iterable[Refusal]:
    """The new decision has a free number, or none, and a date not before the outcome."""
    remedy = question.obj
    if number.strip() and (taken := number_taken(number.strip(), remedy)):
        yield Refusal(taken, field="number")
    yield from not_later_than_today(question, on, "on")
    if remedy.outcome_on is not None and on < remedy.outcome_on:
        yield Refusal("重新处理日期不能早于结果生效日期", field="on")
