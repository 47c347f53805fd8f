"""Life of a final acceptance (终期验收 YS) as a table: asked by the district or opened by the city, 八（三）."""

from approvals.acceptances.guards import no_visit_yet, operation_table_ready, panel_accepts, panel_refuses, visit_ahead, visit_done
from approvals.cases.enums import CaseState
from approvals.cases.guards import (
    another_person,
    answered,
    batch_named,
    check_asked,
    check_left_out,
    decision_numbered,
    decision_recorded,
    findings_named,
    form_review_complete,
    not_received,
    notice_ahead,
    notice_due,
    notice_over,
    opinions_closed,
    policy_holds,
    questions_answered,
    ready_for_check,
    recheck_written,
    rechecked,
    rounds_left,
)
from approvals.cases.lifecycle.seats import CHECKER, DECIDER, DIRECTOR, OFFICER, PREPARER, SECRETARY, SIGNER
from approvals.cases.models.cases import Case
from approvals.requests.guards import entry_whole
from greendistrict.policy.enums import PolicyStep
from greendistrict.workflow.machine import Machine, State, Transition
from greendistrict.workflow.registry import register

STATES = (
    State(CaseState.DRAFT, "填报中", "填报中"),
    State(CaseState.SIGNING, "待签发", "填报中", "info"),
    State(CaseState.SENT, "待受理", "待受理", "info"),
    State(CaseState.CORRECTING, "待补正", "待补正", "warning"),
    State(CaseState.ACCEPTED, "已受理，形式审查", "已受理", "info"),
    State(CaseState.VISITING, "现场核查", "现场核查", "info"),
    State(CaseState.REVIEWING, "终期验收评审", "终期验收评审", "info"),
    State(CaseState.REVISING, "修改后重审", "修改中", "warning"),
    State(CaseState.REVIEWED, "评审有结论", "终期验收评审已结束", "info"),
    State(CaseState.NOTICE, "公示中", "公示中", "info"),
    State(CaseState.CHECKING, "待审核", "审定中", "info"),
    State(CaseState.DECIDING, "待审定", "审定中", "info"),
    State(CaseState.DECIDED, "已审定，待公告", "已审定", "info"),
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
    Transition("hand_up", "提交审核", ("draft",), "signing", (PREPARER,), (operation_table_ready, GATES),
        tone="primary", message="转本单位审核人签发，签发前可以收回修改"),
    Transition("discard", "作废草稿", ("draft",), "discarded", (PREPARER, SIGNER, OFFICER), confirm=True, tone="danger",
        message="草稿作废，不能恢复；可以另行申请"),
    Transition("take_back", "收回修改", ("signing",), "draft", (PREPARER,), message="收回后可以继续修改"),
    Transition("return_to_preparer", "退回修改", ("signing",), "draft", (SIGNER,), reason_required=True,
        message="退回填报人修改"),
    Transition("sign", "签发并提交", ("signing",), "sent", (SIGNER,), (another_person, operation_table_ready, GATES),
        tone="primary", confirm=True, message="评分表和材料锁定，取得编号，报市住房城乡建设管理委"),
    Transition("recall", "撤回提交", ("sent",), "draft", (SIGNER,), (not_received,), reason_required=True,
        message="受理前撤回，回到填报；编号保留"),
    Transition("accept", "受理", ("sent",), "accepted", (OFFICER,), (GATES,), tone="primary",
        confirm=True, message="按冻结的试点基线再核对一次，开始形式审查"),
    Transition("correct", "补正", ("sent", "accepted"), "correcting", (OFFICER,), (rounds_left, findings_named),
        page="approvals:case_correct", message="一次告知全部需要补正的内容，等待期间不计办理时限"),
    Transition("refuse", "不予受理", ("sent",), "refused", (OFFICER,), reason_required=True, confirm=True,
        tone="danger", message="办结，书面说明理由；不影响再次申请，试点称号不变"),
    Transition("answer", "提交补正", ("correcting",), "sent", (SIGNER,), (answered, operation_table_ready, GATES),
        tone="primary", message="逐条答复后一次提交，回到受理"),
    Transition("open_visit", "组织现场核查", ("accepted",), "visiting", (OFFICER, SECRETARY),
        (form_review_complete, no_visit_yet, visit_ahead),
        tone="primary", message="形式审查结束，按冻结清单和评分表列出核查表，告知核查时间"),
    Transition("open_review", "提请终期验收评审", ("accepted", "visiting"), "reviewing", (OFFICER, SECRETARY),
        (form_review_complete, questions_answered, visit_done), tone="primary", confirm=True,
        message="锁定评审材料和现场核查记录，开始抽取专家"),
    Transition("review_concluded", "终期验收评审有结论", ("reviewing",), "reviewed", (), by_system=True,
        message="按评审会的结论自动转入"),
    Transition("review_revise", "修改后重审", ("reviewing",), "revising", (), by_system=True,
        message="退回申报主体修改后重新评审"),
    Transition("resubmit", "提交修改稿", ("revising",), "accepted", (SIGNER,), (operation_table_ready, GATES),
        tone="primary", confirm=True, message="重新评审，编号不变"),
    Transition("recheck", "登记修改完善复核", ("reviewed",), "reviewed", (OFFICER, SECRETARY), (panel_accepts, rechecked, recheck_written),
        message="组长或指定专家书面复核，不再开会"),
    Transition("open_notice", "公示", ("reviewed",), "notice", (OFFICER,),
        (panel_accepts, opinions_closed, CONCLUDE, notice_due, notice_ahead),
        tone="primary", confirm=True, message="在公众页公示，期内可以提出意见"),
    Transition("to_check", "提交审核", ("reviewed",), "checking", (OFFICER,), (check_asked, CONCLUDE, ready_for_check),
        tone="primary", message="转市级审核"),
    Transition("to_decide", "报审定", ("reviewed",), "deciding", (OFFICER,), (check_left_out, CONCLUDE, ready_for_check),
        tone="primary", message="参数设定不经审核环节，直接报市级审定"),
    Transition("close_notice", "公示结束，提交审核", ("notice",), "checking", (OFFICER,), (check_asked, notice_over),
        tone="primary", message="公示期满、意见均已答复，转市级审核"),
    Transition("close_notice_to_decide", "公示结束，报审定", ("notice",), "deciding", (OFFICER,), (check_left_out, notice_over),
        tone="primary", message="公示期满、意见均已答复；参数设定不经审核环节，直接报市级审定"),
    Transition("agree", "同意，报审定", ("checking",), "deciding", (CHECKER,), tone="primary", message="转市级审定"),
    Transition("return_to_officer", "退回经办", ("checking",), "reviewed", (CHECKER,), reason_required=True,
        message="退回经办重新办理"),
    Transition("decide", "审定同意授予示范称号", ("deciding",), "decided", (DECIDER,),
        (panel_accepts, opinions_closed, CONCLUDE, decision_recorded),
        tone="primary", confirm=True,
        message="登记审定日期；文号可以在编定后登记，列入公告批次后授予示范称号"),
    Transition("decide_failed", "审定不通过", ("deciding",), "failed", (DIRECTOR,), (panel_refuses, CONCLUDE, decision_recorded),
        reason_required=True, confirm=True, tone="danger",
        message="办结。形成取消试点称号的建议，由经办另行办理取消程序，称号现在不变"),
    Transition("return_for_more", "退回经办", ("deciding",), "reviewed", (DECIDER,), reason_required=True,
        message="退回经办重新办理"),
    Transition("announce", "公告", ("decided",), "announced", (OFFICER,), (decision_numbered, batch_named),
        tone="primary",
        page="approvals:announcement_list", message="列入公告批次并公告，授予示范称号"),
    Transition("withdraw", "撤回申请", UNTIL_DECISION, "withdrawn", (SIGNER,),
        reason_required=True, confirm=True, tone="danger", message="办结，评审终止；试点称号不变，可以另行申请"),
    Transition(
        "enter_sign", "代录签发", ("signing",), "sent", (OFFICER,), (operation_table_ready, GATES, entry_whole),
        message="申报主体以书面签发的，登记收到日期和原件；评分表和材料随之锁定",
    ),
    Transition(
        "enter_answer", "代录补正", ("correcting",), "sent", (OFFICER,), (operation_table_ready, GATES, entry_whole),
        message="申报主体以书面或电话答复补正的，逐条登记答复、收到日期和原件",
    ),
    Transition(
        "enter_withdrawal", "代录撤回", UNTIL_DECISION, "withdrawn", (OFFICER,), (entry_whole,),
        message="申报主体以书面或电话撤回的，登记收到日期和原件",
    ),
)  # fmt: skip

ACCEPTANCE = register(
    Machine(
        name="acceptance",
        title="终期验收",
        model=Case._meta.label,
        states=STATES,
        transitions=TRANSITIONS,
        initial="draft",
    )
)
