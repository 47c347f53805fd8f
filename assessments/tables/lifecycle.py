"""State machine of a score table: open, locked for signing, submitted, received or returned."""

from collections.abc import Iterable

from assessments.tables import rules
from assessments.tables.models import TableState
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads

REVIEWER = Seat("reviewer", "审核签发", rules.signs_table)
CHECKER = Seat("table_checker", "区专门机构、评审秘书或市级经办", rules.sends_table_back)
OFFICER = Seat("city_officer", "市级经办", rules.is_city_officer)


@reads("version")
def frozen(_question: Question, version: int | None) -> Iterable[Refusal]:
    """Refuse unless a version is frozen: receipt applies to a version, never to the live table."""
    if version is None:
        yield Refusal("评分表没有已提交的版本")


TABLE = Machine(
    name="score_table",
    title="评分表",
    model="assessments.ScoreTable",
    initial="open",
    states=(
        State(TableState.OPEN),
        State(TableState.LOCKED),
        State(TableState.SUBMITTED),
        State(TableState.RETURNED),
        State(TableState.RECEIVED, final=True),
    ),
    transitions=(
        Transition("lock", "送审", ("open", "returned"), "locked", (), by_system=True),
        Transition("unlock", "退回填报", ("locked",), "open", (), by_system=True),
        Transition("submit", "提交", ("open", "returned", "locked"), "submitted", (REVIEWER,), by_system=True),
        Transition("recall", "撤回", ("submitted",), "open", (REVIEWER,), by_system=True),
        Transition("return", "退回", ("submitted",), "returned", (CHECKER,), reason_required=True, by_system=True),
        Transition("receive", "接收", ("submitted",), "received", (OFFICER,), (frozen,), by_system=True),
    ),
)
