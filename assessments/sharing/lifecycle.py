"""State machine of a share: assigned, signed off by the assignee, sent back or withdrawn by the assigner."""

from collections.abc import Iterable

from assessments.sharing.models import ShareState
from assessments.sharing.rules import is_assignee, takes_back
from assessments.tables.lifecycle import TABLE
from assessments.tables.rules import EDITABLE
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads

ASSIGNEE = Seat("assignee", "受分派的部门或经办人", is_assignee)
GIVER = Seat("giver", "申报主体填报人", takes_back)


@reads("blocking")
def complete(_question: Question, blocking: Iterable[str]) -> Iterable[Refusal]:
    """Refuse unless nothing in the rows blocks."""
    for text in blocking:
        yield Refusal(str(text))


def table_open(question: Question) -> Iterable[Refusal]:
    """Refuse to sign off once the table is being signed, is filed or received."""
    table = question.obj.table
    if table.status not in EDITABLE:
        yield Refusal(f"评分表现为“{TABLE.state(table.status).label}”，不能再签认")


SHARE = Machine(
    name="row_share",
    title="填报分工",
    model="assessments.RowShare",
    initial="open",
    states=(
        State(ShareState.OPEN, "填报中"),
        State(ShareState.SIGNED, "已签认", tone="success"),
        State(ShareState.WITHDRAWN, "已收回", final=True),
    ),
    transitions=(
        Transition(
            "sign",
            "签认",
            ("open",),
            "signed",
            (ASSIGNEE,),
            guards=(table_open, complete),
            message="所填数据属实、完整；签认后不能再改，需要修改的由申报主体退回",
            tone="primary",
        ),
        Transition(
            "reopen",
            "退回补充",
            ("signed",),
            "open",
            (GIVER,),
            reason_required=True,
            message="退回后可以继续填写",
        ),
        Transition("withdraw", "收回", ("open", "signed"), "withdrawn", (GIVER,), message="已填的内容保留"),
    ),
)
