"""State machines of 延期申请 and 更正."""

from collections.abc import Iterable
from typing import Any

from approvals.cases import rules
from approvals.requests.models import ExtensionRequest, ExtensionState, Rectification, RectificationState
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


def _of_case(key: str, label: str, holds: Any) -> Seat:
    """Seat of a case, applied to the case of the request."""

    def predicate(held: HeldPosts, asked: ExtensionRequest | Rectification) -> bool:
        return bool(holds(held, asked.case))

    return Seat(key, label, predicate)


SIGNER = _of_case("reviewer", "申报主体审核人", rules.is_signer)
OFFICER = _of_case("city_officer", "市级经办", rules.is_officer)
CHECKER = _of_case("city_checker", "市级审核", rules.is_checker)
DIRECTOR = _of_case("city_director", "市级审定", rules.is_director)
EXTENDER = _of_case("city_director", "市级审定", rules.decides_extension)


@reads("running")
def deadline_running(_question: Question, running: bool) -> Iterable[Refusal]:  # noqa: FBT001 -- a fact, given by name
    """The case is still waiting for the deadline of this request."""
    if not running:
        yield Refusal("办件已不在等候这一期限，不需要延期")


@reads("against")
def still_wrong(_question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """The wrong value is still stored, and the right value is possible."""
    return against


def another_person(question: Question) -> Iterable[Refusal]:
    """The person is not the one who proposed it."""
    if question.obj.proposed_by_id == question.held.person:
        yield Refusal("提出更正和决定更正须为两人")


EXTENSION = Machine(
    name="extension",
    title="延期申请",
    model=ExtensionRequest._meta.label,
    initial="asked",
    states=(
        State(ExtensionState.ASKED, "待经办核对", "待审核", "info"),
        State(ExtensionState.DECIDING, "待审定", "审定中", "info"),
        State(ExtensionState.GRANTED, "已同意延期", "已同意", "success", final=True),
        State(ExtensionState.REFUSED, "不同意延期", "不同意", "danger", final=True),
        State(ExtensionState.WITHDRAWN, "已撤回", "已撤回", "neutral", final=True),
    ),
    transitions=(
        Transition(
            "forward",
            "报审定",
            ("asked",),
            "deciding",
            (OFFICER,),
            (deadline_running,),
            tone="primary",
            message="写明核对意见，转市级审定",
        ),
        Transition(
            "grant",
            "同意延期",
            ("deciding",),
            "granted",
            (EXTENDER,),
            (deadline_running,),
            tone="primary",
            confirm=True,
            message="期限改为申请的日期",
        ),
        Transition(
            "refuse",
            "不同意延期",
            ("asked", "deciding"),
            "refused",
            (EXTENDER,),
            reason_required=True,
            message="期限不变，书面说明理由",
        ),
        Transition("withdraw", "撤回延期申请", ("asked", "deciding"), "withdrawn", (SIGNER,), message="期限不变"),
    ),
)

RECTIFICATION = Machine(
    name="rectification",
    title="更正",
    model=Rectification._meta.label,
    initial="proposed",
    states=(
        State(RectificationState.PROPOSED, "待审核", tone="info"),
        State(RectificationState.DECIDING, "待审定", tone="info"),
        State(RectificationState.DONE, "已更正", "已更正", "success", final=True),
        State(RectificationState.REFUSED, "不予更正", tone="neutral", final=True),
    ),
    transitions=(
        Transition("agree", "同意，报审定", ("proposed",), "deciding", (CHECKER,), (another_person, still_wrong),
            tone="primary", message="转市级审定"),
        Transition("rectify", "审定更正", ("deciding",), "done", (DIRECTOR,), (another_person, still_wrong),
            tone="primary", confirm=True, message="改正登记的内容，原值和理由保留"),
        Transition("refuse", "不予更正", ("proposed", "deciding"), "refused", (CHECKER, DIRECTOR),
            reason_required=True, message="登记的内容不变"),
    ),
)  # fmt: skip
