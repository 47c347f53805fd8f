"""Life of a share: given out, signed off by whoever has it, sent back or withdrawn by whoever gave it."""

from collections.abc import Iterable

from assessments.rules import shares as rules
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from greendistrict.workflow.registry import register

ASSIGNEE = Seat("assignee", "受分派的部门或经办人", rules.is_assignee)
GIVER = Seat("giver", "申报主体填报人", rules.takes_back)


def complete(question: Question) -> Iterable[Refusal]:
    """Nothing that blocks is left in the rows; asked with facts only, so lists stay cheap."""
    for text in (question.facts or {}).get("blocking", ()):
        yield Refusal(str(text))


SHARE = register(
    Machine(
        name="row_share",
        title="填报分工",
        model="assessments.RowShare",
        initial="open",
        states=(
            State("open", "填报中"),
            State("signed", "已签认", tone="success"),
            State("withdrawn", "已收回", final=True),
        ),
        transitions=(
            Transition(
                "sign",
                "签认",
                ("open",),
                "signed",
                (ASSIGNEE,),
                guards=(complete,),
                message="所填数据属实、完整；签认后不能再改，需要修改的由申报主体退回",
                told="申报主体填报人",
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
                told="受分派的部门或经办人",
            ),
            Transition(
                "withdraw", "收回", ("open", "signed"), "withdrawn", (GIVER,), message="已填的内容保留", told="受分派的部门或经办人"
            ),
        ),
    )
)
