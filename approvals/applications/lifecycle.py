"""State machine of a pilot application (试点申报 SQ). The procedure names the facts for its guards."""

from approvals.cases.enums import CaseState
from approvals.cases.guards import (
    check_asked,
    check_left_out,
    decision_recorded,
    endorsed,
    form_review_complete,
    legal_asked,
    legal_left_out,
    notice_ahead,
    notice_due,
    opinions_closed,
    originals_checked,
    passed,
    policy_holds,
    questions_answered,
    ready_for_check,
    table_ready,
)
from approvals.cases.lifecycle import (
    AUTHORITY,
    CHECKER,
    CLOSE_NOTICE,
    CLOSE_NOTICE_TO_DECIDE,
    CORRECT,
    DECIDER,
    DIRECTOR,
    OFFICER,
    PREPARER,
    RETURN_TO_PREPARER,
    REVIEW_REVISE,
    SECRETARY,
    SIGNER,
    TAKE_BACK,
    agree,
    announce,
    answer,
    case_machine,
    discard,
    enter_answer,
    enter_sign,
    enter_withdrawal,
    hand_up,
    legal_agree,
    legal_return,
    not_accepted,
    open_notice,
    recall,
    recheck,
    resubmit,
    return_for_more,
    return_to_officer,
    review_concluded,
    sign,
    to_check,
    to_decide,
    withdraw,
)
from approvals.requests.guards import entry_whole
from greendistrict.policy.enums import PolicyStep
from greendistrict.workflow.machine import State, Transition

STATES = (
    State(CaseState.DRAFT, "填报中", "填报中", phase="申报"),
    State(CaseState.SIGNING, "待签发", "填报中", "info", phase="申报"),
    State(CaseState.ENDORSING, "待区专门机构核报", "区级办理中", "info", phase="区政府批复"),
    State(CaseState.SENT, "待受理", "待受理", "info", phase="受理"),
    State(CaseState.CORRECTING, "待补正", "待补正", "warning", phase="受理"),
    State(CaseState.ACCEPTED, "已受理，形式审查", "已受理", "info", phase="形式审查"),
    State(CaseState.REVIEWING, "专家技术审查", "专家技术审查", "info", phase="专家技术审查"),
    State(CaseState.REVISING, "修改后重审", "修改中", "warning", phase="专家技术审查"),
    State(CaseState.REVIEWED, "审查有结论", "专家技术审查已结束", "info", phase="公示", inside=True),
    State(CaseState.NOTICE, "公示中", "公示中", "info", phase="公示"),
    State(CaseState.CHECKING, "待审核", "审定中", "info", phase="审定", inside=True),
    State(CaseState.LEGAL, "待法制审核", "审定中", "info", phase="审定", inside=True),
    State(CaseState.DECIDING, "待审定", "审定中", "info", phase="审定", inside=True),
    State(CaseState.DECIDED, "已审定，待公告", "已审定", "info", phase="公告"),
    State(CaseState.ANNOUNCED, "已公告", "已公告", "success", final=True),
    State(CaseState.REFUSED, "不予受理", "不予受理", "danger", final=True),
    State(CaseState.FAILED, "不通过", "已办结", "danger", final=True),
    State(CaseState.WITHDRAWN, "已撤回", "已撤回", "neutral", final=True),
    State(CaseState.DISCARDED, "已作废", "", "neutral", final=True),
)

BEFORE_RECEIPT = (CaseState.ENDORSING, CaseState.SENT)
UNTIL_DECISION = (
    *("endorsing", "sent", "correcting", "accepted", "reviewing", "revising", "reviewed", "notice", "checking", "legal", "deciding"),
)
FILE = policy_holds(PolicyStep.FILE)


TRANSITIONS = (
    hand_up(table_ready, FILE),
    discard(PREPARER, SIGNER, again="另行申报"),
    TAKE_BACK,
    sign(table_ready, FILE, target="endorsing", message="评分表和材料锁定，取得编号，转区专门机构核报"),
    RETURN_TO_PREPARER,
    Transition(
        "send_up", "报送", ("endorsing",), "sent", (AUTHORITY,), (endorsed,), tone="primary", confirm=True,
        message="批复和报送函已登记，报市住房城乡建设管理委",
    ),
    Transition(
        "send_back", "退回申报主体", ("endorsing",), "draft", (AUTHORITY,), reason_required=True,
        message="退回申报主体修改，评分表重新打开",
    ),
    recall("撤回提交", BEFORE_RECEIPT, until="受理"),
    Transition(
        "accept", "受理", ("sent",), "accepted", (OFFICER,), (originals_checked, policy_holds(PolicyStep.ACCEPT)),
        tone="primary", confirm=True, message="出具受理通知书，开始形式审查",
    ),
    CORRECT,
    not_accepted("refuse", ("sent",), again="申报"),
    answer(table_ready, FILE),
    Transition(
        "open_review", "提请专家技术审查", ("accepted",), "reviewing", (OFFICER, SECRETARY), (form_review_complete, questions_answered),
        tone="primary", confirm=True, message="形式审查结束，锁定评审材料，开始抽取专家",
    ),
    review_concluded("技术审查有结论"),
    REVIEW_REVISE,
    resubmit(table_ready, FILE),
    recheck(passed),
    open_notice(passed, opinions_closed, notice_due, notice_ahead),
    to_check(("reviewed",), check_asked, ready_for_check),
    to_decide(legal_left_out, ready_for_check),
    Transition(
        "to_legal_at_once", "转法制审核", ("reviewed",), "legal", (OFFICER,), (check_left_out, legal_asked),
        tone="primary", message="参数设定不经审核环节；拟作不通过的决定，先经法制审核",
    ),
    CLOSE_NOTICE,
    CLOSE_NOTICE_TO_DECIDE,
    agree(legal_left_out),
    Transition(
        "to_legal", "同意，转法制审核", ("checking",), "legal", (CHECKER,), (legal_asked,), tone="primary",
        message="拟作不通过的决定，先经法制审核",
    ),
    legal_agree("deciding", to="转市级审定"),
    legal_return("reviewed", "事实、依据或程序"),
    return_to_officer("reviewed", "退回经办重新办理"),
    Transition(
        "decide", "审定同意授予试点称号", ("deciding",), "decided", (DECIDER,),
        (passed, opinions_closed, policy_holds(PolicyStep.GRANT), decision_recorded),
        tone="primary", confirm=True,
        message="登记审定日期；文号可以在编定后登记，列入公告批次后授予试点称号",
    ),
    Transition(
        "decide_failed", "审定不通过", ("deciding",), "failed", (DIRECTOR,), (decision_recorded,),
        reason_required=True, confirm=True, tone="danger", adverse=True, message="办结，书面说明理由；不影响再次申报",
    ),
    return_for_more("reviewed", "退回经办重新办理"),
    announce(("decided",), "授予试点称号，锁定试点基线"),
    withdraw("撤回申报", UNTIL_DECISION, "办结；可以另行申报"),
    enter_sign(table_ready, FILE, entry_whole, target="endorsing"),
    enter_answer(table_ready, FILE, entry_whole),
    Transition(
        "enter_send_up", "代录报送", ("endorsing",), "sent", (OFFICER,), (endorsed, entry_whole),
        message="批复和报送函以书面送达的，先登记文号和扫描件，再登记收到日期",
    ),
    enter_withdrawal(UNTIL_DECISION, entry_whole),
)  # fmt: skip

APPLICATION = case_machine("application", "试点申报", STATES, TRANSITIONS)
