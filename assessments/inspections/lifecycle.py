"""State machines of an inspection and of its findings (八（四）); neither affects a title."""

from collections.abc import Iterable

from assessments.inspections import rules
from assessments.inspections.models import InspectionFindingState, InspectionState
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads

REGISTRAR = Seat("registrar", "市级经办或评审秘书", rules.registers)
OFFICER = Seat("city_officer", "市级经办", rules.issues)
DIRECTOR = Seat("city_director", "市级审定", rules.calls_assessment)
REPORTER = Seat("reviewer", "申报主体审核人", rules.reports)
CLOSER = Seat("city_officer", "市级经办", rules.accepts)


def _described(question: Question) -> Iterable[Refusal]:
    if not question.obj.summary.strip():
        yield Refusal("请填写检查情况", field="summary")


def _held(question: Question) -> Iterable[Refusal]:
    if question.obj.inspected_on > question.today:
        yield Refusal("检查日期尚未到", found=day_in_words(question.obj.inspected_on), field="inspected_on")


@reads("open")
def _all_closed(_question: Question, left: int) -> Iterable[Refusal]:
    if left:
        yield Refusal("还有问题没有销号", found=f"{left}个", remedy="逐个复核整改情况")


@reads("serious", "pilot", "running")
def _serious(question: Question, serious: object, pilot: object, running: object) -> Iterable[Refusal]:
    if question.obj.early_id:
        yield Refusal("已提前组织阶段评估")
    if not serious:
        yield Refusal("没有严重问题，不提前评估")
    if not pilot:
        yield Refusal("阶段评估只对试点城区组织", cite="八（二）")
    if running:
        yield Refusal("已有阶段评估在办", found=str(running))


def _replied(question: Question) -> Iterable[Refusal]:
    if not question.obj.reply.strip():
        yield Refusal("尚未填写整改情况", field="reply")


def _issued(question: Question) -> Iterable[Refusal]:
    if question.obj.inspection.status != InspectionState.ISSUED:
        yield Refusal("检查意见没有发出，或已办结")


INSPECTION = Machine(
    name="inspection",
    title="监督检查",
    model="assessments.Inspection",
    initial="draft",
    states=(
        State(InspectionState.DRAFT, "登记中"),
        State(InspectionState.ISSUED, "已发出，未办结", "已发出", "warning"),
        State(InspectionState.CLOSED, "已办结", "已办结", "success", final=True),
        State(InspectionState.DISCARDED, "已作废", final=True),
    ),
    transitions=(
        Transition(
            "issue",
            "发出检查意见",
            ("draft",),
            "issued",
            (OFFICER,),
            (_held, _described),
            message="城区收到检查意见和整改要求，内容不再改",
            confirm=True,
            tone="primary",
        ),
        Transition("discard", "作废", ("draft",), "discarded", (REGISTRAR,), confirm=True, tone="danger"),
        Transition("close", "办结", ("issued",), "closed", (OFFICER,), (_all_closed,), tone="primary"),
        Transition(
            "call_assessment",
            "提前组织阶段评估",
            ("issued",),
            "issued",
            (DIRECTOR,),
            (_serious,),
            message="问题严重的，提前开放阶段评估；称号不因此变动",
            confirm=True,
        ),
    ),
)

INSPECTION_FINDING = Machine(
    name="inspection_finding",
    title="检查问题",
    model="assessments.InspectionFinding",
    initial="open",
    states=(
        State(InspectionFindingState.OPEN, public=str(InspectionFindingState.OPEN.label), tone="warning"),
        State(InspectionFindingState.REPLIED, public=str(InspectionFindingState.REPLIED.label), tone="info"),
        State(InspectionFindingState.CLOSED, public=str(InspectionFindingState.CLOSED.label), tone="success", final=True),
    ),
    transitions=(
        Transition("report", "报送整改情况", ("open",), "replied", (REPORTER,), (_issued, _replied), tone="primary"),
        Transition("accept", "复核通过，销号", ("replied",), "closed", (CLOSER,), (_issued,), tone="primary"),
        Transition("refuse", "退回继续整改", ("replied",), "open", (CLOSER,), (_issued,), reason_required=True),
    ),
)
