"""State machine of a settings decision (参数变更): officer proposes, checker agrees, director decides."""

from approvals.cases.lifecycle import checked_before, checker_passes_on
from approvals.proposals.lifecycle import CHECKER, DIRECTOR, PROPOSER
from approvals.settings.models import ProposalState, SettingProposal
from greendistrict.workflow.machine import Machine, State, Transition

SETTING = Machine(
    name="setting",
    title="参数变更",
    model=SettingProposal._meta.label,
    initial="proposed",
    states=(
        State(ProposalState.PROPOSED, "待审核", tone="info"),
        State(ProposalState.DECIDING, "待审定", tone="info"),
        State(ProposalState.DECIDED, "已审定，生效", tone="success", final=True),
        State(ProposalState.REFUSED, "不同意", tone="danger", final=True),
        State(ProposalState.WITHDRAWN, "已撤回", final=True),
    ),
    transitions=(
        Transition("agree", "同意，报审定", ("proposed",), "deciding", (CHECKER,), (checker_passes_on,),
            tone="primary", message="转市级审定",
        ),
        Transition("decide", "审定", ("proposed",), "decided", (DIRECTOR,), (checked_before,), tone="primary",
            confirm=True, message="不经审核直接审定；参数自生效日期起生效",
        ),
        Transition("decide", "审定", ("deciding",), "decided", (DIRECTOR,), tone="primary", confirm=True,
            message="参数自生效日期起生效，未填的随即生效；写入告知、征询等文书的期限不变，其他的（含已发出的评审邀请）按新值计算",
        ),
        Transition("refuse", "不同意", ("proposed",), "refused", (CHECKER, DIRECTOR), reason_required=True,
            tone="danger", message="办结；参数不变",
        ),
        Transition("refuse", "不同意", ("deciding",), "refused", (DIRECTOR,), reason_required=True,
            tone="danger", message="办结；参数不变",
        ),
        Transition("withdraw", "撤回", ("proposed", "deciding"), "withdrawn", (PROPOSER,), message="办结；参数不变"),
    ),
)  # fmt: skip
