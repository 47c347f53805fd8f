"""State machine of a final acceptance (终期验收 YS), requested by the district or opened by the city, 八（三）."""

from approvals.acceptances.guards import no_visit_yet, operation_table_ready, panel_accepts, panel_refuses, visit_ahead, visit_done
from approvals.cases.enums import CaseState
from approvals.cases.guards import (
    check_asked,
    decision_recorded,
    form_review_complete,
    notice_ahead,
    notice_due,
    opinions_closed,
    policy_holds,
    questions_answered,
    ready_for_check,
)
from approvals.cases.lifecycle import steps
from approvals.cases.lifecycle.machines import case_machine
from approvals.cases.lifecycle.seats import DECIDER, DIRECTOR, OFFICER, PREPARER, SECRETARY, SIGNER
from approvals.requests.guards import entry_whole
from greendistrict.policy.enums import PolicyStep
from greendistrict.workflow.machine import State, Transition
from greendistrict.workflow.registry import register

STATES = (
    State(CaseState.DRAFT, "填报中", "填报中", phase="申请"),
    State(CaseState.SIGNING, "待签发", "填报中", "info", phase="申请"),
    State(CaseState.SENT, "待受理", "待受理", "info", phase="受理"),
    State(CaseState.CORRECTING, "待补正", "待补正", "warning", phase="受理"),
    State(CaseState.ACCEPTED, "已受理，形式审查", "已受理", "info", phase="形式审查"),
    State(CaseState.VISITING, "现场核查", "现场核查", "info", phase="现场核查"),
    State(CaseState.REVIEWING, "终期验收评审", "终期验收评审", "info", phase="终期验收评审会"),
    State(CaseState.REVISING, "修改后重审", "修改中", "warning", phase="终期验收评审会"),
    State(CaseState.REVIEWED, "评审有结论", "终期验收评审已结束", "info", phase="公示"),
    State(CaseState.NOTICE, "公示中", "公示中", "info", phase="公示"),
    State(CaseState.CHECKING, "待审核", "审定中", "info", phase="审定"),
    State(CaseState.DECIDING, "待审定", "审定中", "info", phase="审定"),
    State(CaseState.DECIDED, "已审定，待公告", "已审定", "info", phase="公告"),
    State(CaseState.ANNOUNCED, "已公告", "已公告", "success", final=True),
    State(CaseState.REFUSED, "不予受理", "不予受理", "danger", final=True),
    State(CaseState.FAILED, "验收不通过", "已办结", "danger", final=True),
    State(CaseState.WITHDRAWN, "已撤回", "已撤回", "neutral", final=True),
    State(CaseState.DISCARDED, "已作废", "", "neutral", final=True),
)
UNTIL_DECISION = (
    CaseState.SENT, CaseState.CORRECTING, CaseState.ACCEPTED, CaseState.VISITING, CaseState.REVIEWING, CaseState.REVISING,
    CaseState.REVIEWED, CaseState.NOTICE, CaseState.CHECKING, CaseState.DECIDING,
)  # fmt: skip
GATES = policy_holds(PolicyStep.REQUEST)
CONCLUDE = policy_holds(PolicyStep.CONCLUDE)

TRANSITIONS = (
    steps.hand_up(operation_table_ready, GATES),
    steps.discard(PREPARER, SIGNER, OFFICER, again="另行申请"),
    steps.TAKE_BACK,
    steps.RETURN_TO_PREPARER,
    steps.sign(operation_table_ready, GATES, target="sent", message="评分表和材料锁定，取得编号，报市住房城乡建设管理委"),
    steps.recall("撤回提交", ("sent",), until="受理"),
    Transition("accept", "受理", ("sent",), "accepted", (OFFICER,), (GATES,), tone="primary",
        confirm=True, message="按冻结的试点基线再核对一次，开始形式审查"),
    steps.CORRECT,
    Transition("refuse", "不予受理", ("sent",), "refused", (OFFICER,), reason_required=True, confirm=True,
        tone="danger", adverse=True, message="办结，书面说明理由；不影响再次申请，试点称号不变"),
    steps.answer(operation_table_ready, GATES),
    Transition("open_visit", "组织现场核查", ("accepted",), "visiting", (OFFICER, SECRETARY),
        (form_review_complete, no_visit_yet, visit_ahead),
        tone="primary", message="形式审查结束，按冻结清单和评分表列出核查表，告知核查时间"),
    Transition("open_review", "提请终期验收评审", ("accepted", "visiting"), "reviewing", (OFFICER, SECRETARY),
        (form_review_complete, questions_answered, visit_done), tone="primary", confirm=True,
        message="锁定评审材料和现场核查记录，开始抽取专家"),
    steps.review_concluded("终期验收评审有结论"),
    steps.REVIEW_REVISE,
    steps.resubmit(operation_table_ready, GATES),
    steps.recheck(panel_accepts),
    steps.open_notice(panel_accepts, opinions_closed, CONCLUDE, notice_due, notice_ahead),
    steps.to_check(("reviewed",), check_asked, CONCLUDE, ready_for_check),
    steps.to_decide(CONCLUDE, ready_for_check),
    steps.CLOSE_NOTICE,
    steps.CLOSE_NOTICE_TO_DECIDE,
    steps.agree(),
    steps.return_to_officer("reviewed", "退回经办重新办理"),
    Transition("decide", "审定同意授予示范称号", ("deciding",), "decided", (DECIDER,),
        (panel_accepts, opinions_closed, CONCLUDE, decision_recorded),
        tone="primary", confirm=True,
        message="登记审定日期；文号可以在编定后登记，列入公告批次后授予示范称号"),
    Transition("decide_failed", "审定不通过", ("deciding",), "failed", (DIRECTOR,), (panel_refuses, CONCLUDE, decision_recorded),
        reason_required=True, confirm=True, tone="danger", adverse=True,
        message="办结。形成取消试点称号的建议，由经办另行办理取消程序，称号现在不变"),
    steps.return_for_more("reviewed", "退回经办重新办理"),
    steps.announce(("decided",), "授予示范称号"),
    steps.withdraw("撤回申请", UNTIL_DECISION, "办结，评审终止；试点称号不变，可以另行申请"),
    steps.enter_sign(operation_table_ready, GATES, entry_whole, target="sent"),
    steps.enter_answer(operation_table_ready, GATES, entry_whole),
    steps.enter_withdrawal(UNTIL_DECISION, entry_whole),
)  # fmt: skip

ACCEPTANCE = register(case_machine("acceptance", "终期验收", STATES, TRANSITIONS))
