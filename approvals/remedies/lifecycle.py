"""State machine of a reconsideration or suit: the officer records, the director confirms the outcome."""

from approvals.cases.lifecycle.seats import DIRECTOR, OFFICER
from approvals.remedies.guards import (
    another_person,
    can_follow,
    not_replied,
    not_stayed,
    outcome_chosen,
    reply_numbered,
    since_filing,
    since_stay,
    stayed,
)
from approvals.titles.enums import RemedyState
from approvals.titles.models.remedies import Remedy
from greendistrict.workflow.machine import Machine, State, Transition
from greendistrict.workflow.registry import register

REMEDY = register(
    Machine(
        name="remedy",
        title="行政复议与诉讼",
        model=Remedy._meta.label,
        initial=RemedyState.OPEN,
        states=(
            State(RemedyState.OPEN, "审理中", "审理中", "info"),
            State(RemedyState.FOUND, "结果已登记，待审定", "审理中", "info"),
            State(RemedyState.CLOSED, "已办结", "已办结", "success", final=True),
        ),
        transitions=(
            Transition("reply", "登记答复", ("open",), "open", (OFFICER,), (not_replied, reply_numbered),
                message="登记行政复议答复书或者行政诉讼答辩状的文号和日期"),
            Transition("stay", "登记停止执行", ("open",), "open", (OFFICER,), (not_stayed, since_filing), confirm=True,
                message="称号显示为停止执行期间；尚未公告的，停止执行期间不能公告"),
            Transition("lift", "登记恢复执行", ("open",), "open", (OFFICER,), (stayed, since_stay), message="称号的停止执行标记取消"),
            Transition("find", "登记结果", ("open",), "found", (OFFICER,), (outcome_chosen, since_filing), tone="primary",
                message="登记结果文书，由市级审定核对后办结"),
            Transition("confirm", "审定", ("found",), "closed", (DIRECTOR,), (another_person, can_follow), tone="primary", confirm=True,
                message="停止执行随之终止；撤销、确认无效或者变更为恢复的，已取消、撤销的称号随即恢复"),
            Transition("send_back", "退回经办核对", ("found",), "open", (DIRECTOR,), reason_required=True,
                message="经办核对结果文书后重新登记"),
        ),
    )
)  # fmt: skip
