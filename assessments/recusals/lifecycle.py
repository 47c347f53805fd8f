"""State machine of a request for recusal: requested before the list freezes, granted or refused."""

from collections.abc import Iterable

from assessments.common.enums import RecusalState
from assessments.recusals.rules import answers_recusal
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads
from greendistrict.workflow.registry import register

SECRETARY = Seat("secretariat", "评审秘书", answers_recusal)

FROZEN = "专家名单已经冻结，不再受理；发现应回避情形的，请直接联系评审秘书"


@reads("frozen")
def _before_freeze(_question: Question, frozen: object) -> Iterable[Refusal]:
    if frozen:
        yield Refusal(FROZEN)


RECUSAL = register(
    Machine(
        name="recusal_request",
        title="回避申请",
        model="assessments.RecusalRequest",
        initial=RecusalState.ASKED,
        states=(
            State(RecusalState.ASKED, tone="info"),
            State(RecusalState.GRANTED, tone="success", final=True),
            State(RecusalState.REFUSED, final=True),
        ),
        transitions=(
            Transition("grant", "同意回避", ("asked",), "granted", (SECRETARY,), (_before_freeze,), tone="primary"),
            Transition("refuse", "不同意", ("asked",), "refused", (SECRETARY,), reason_required=True),
        ),
    )
)
