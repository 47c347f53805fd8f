"""State machine of a request for recusal: requested before the list freezes, granted or refused.

Also here: Permissions on recusals: request, answer, read.
"""

from collections.abc import Iterable

from assessments.common.enums import RecusalState
from assessments.experts.lifecycle import of_applicant
from assessments.recusals.models import RecusalRequest
from assessments.tables.models import ScoreTable
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads


def asks_recusal(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may request recusals: people of the applicant."""
    return of_applicant(held, table.district)


def answers_recusal(held: HeldPosts, _request: RecusalRequest | None = None) -> bool:
    """Whether the user may answer requests: the secretariat."""
    return held.has(Role.SECRETARIAT)


def reads_recusals(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may read requests: those who request, answer or oversee."""
    return asks_recusal(held, table) or answers_recusal(held) or held.is_city


SECRETARY = Seat("secretariat", "评审秘书", answers_recusal)

FROZEN = "专家名单已经冻结，不再受理；发现应回避情形的，请直接联系评审秘书"


@reads("frozen")
def _before_freeze(_question: Question, frozen: object) -> Iterable[Refusal]:
    if frozen:
        yield Refusal(FROZEN)


RECUSAL = Machine(
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
