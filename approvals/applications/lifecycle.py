"""State machine of a pilot application (试点申报 SQ). Facts are collected by the services; lists pass none."""

from approvals.cases.enums import CaseState
from approvals.cases.guards import (
    another_person,
    answered,
    batch_named,
    check_asked,
    check_left_out,
    decision_numbered,
    decision_recorded,
    endorsed,
    findings_named,
    form_review_complete,
    legal_asked,
    legal_left_out,
    not_received,
    notice_ahead,
    notice_due,
    notice_over,
    opinions_closed,
    originals_checked,
    passed,
    policy_holds,
    questions_answered,
    ready_for_check,
    recheck_written,
    rechecked,
    rounds_left,
    table_ready,
)
from approvals.cases.lifecycle.seats import AUTHORITY, CHECKER, DECIDER, DIRECTOR, LEGAL, OFFICER, PREPARER, SECRETARY, SIGNER
from approvals.cases.models.cases import Case
from approvals.requests.guards import entry_whole
from greendistrict.policy.enums import PolicyStep
from greendistrict.workflow.machine import Machine, State, Transition
from greendistrict.workflow.registry import register

STATES = (
    State(CaseState.DRAFT, "填报中", "填报中"),
    State(CaseState.SIGNING, "待签发", "填报中", "info"),
    State(CaseState.ENDORSING, "待区专门机构核报", "区级办理中", "info"),
    State(CaseState.SENT, "待受理", "待受理", "info"),
    State(CaseState.CORRECTING, "待补正", "待补正", "warning"),
    State(CaseState.ACCEPTED, "已受理，形式审查", "已受理", "info"),
    State(CaseState.REVIEWING, "专家技术审查", "专家技术审查", "info"),
    State(CaseState.REVISING, "修改后重审", "修改中", "warning"),
    State(CaseState.REVIEWED, "审查有结论", "专家技术审查已结束", "info"),
    State(CaseState.NOTICE, "公示中", "公示中", "info"),
    State(CaseState.CHECKING, "待审核", "审定中", "info"),
    State(CaseState.LEGAL, "待法制审核", "审定中", "info"),
    State(CaseState.DECIDING, "待审定", "审定中", "info"),
    State(CaseState.DECIDED, "已审定，待公告", "已审定", "info"),
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
    Transition(
        "hand_up", "提交审核", ("draft",), "signing", (PREPARER,), (table_ready, FILE), tone="primary",
        message="转本单位审核人签发，签发前可以收回修改",
    ),
    Transition("discard", "作废草稿", ("draft",), "discarded", (PREPARER, SIGNER), confirm=True, tone="danger",
        message="草稿作废，不能恢复；可以另行申报",
    ),
    Transition("take_back", "收回修改", ("signing",), "draft", (PREPARER,), message="收回后可以继续修改"),
    Transition(
        "sign", "签发并提交", ("signing",), "endorsing", (SIGNER,), (another_person, table_ready, FILE),
        tone="primary", confirm=True,
        message="评分表和材料锁定，取得编号，转区专门机构核报",
    ),
    Transition(
        "return_to_preparer", "退回修改", ("signing",), "draft", (SIGNER,), reason_required=True, message="退回填报人修改",
    ),
    Transition(
        "send_up", "报送", ("endorsing",), "sent", (AUTHORITY,), (endorsed,), tone="primary", confirm=True,
        message="批复和报送函已登记，报市住房城乡建设管理委",
    ),
    Transition(
        "send_back", "退回申报主体", ("endorsing",), "draft", (AUTHORITY,), reason_required=True,
        message="退回申报主体修改，评分表重新打开",
    ),
    Transition(
        "recall", "撤回提交", BEFORE_RECEIPT, "draft", (SIGNER,), (not_received,), reason_required=True,
        message="受理前撤回，回到填报；编号保留",
    ),
    Transition(
        "accept", "受理", ("sent",), "accepted", (OFFICER,), (originals_checked, policy_holds(PolicyStep.ACCEPT)),
        tone="primary", confirm=True, message="出具受理通知书，开始形式审查",
    ),
    Transition(
        "correct", "补正", ("sent", "accepted"), "correcting", (OFFICER,), (rounds_left, findings_named),
        page="approvals:case_correct", message="一次告知全部需要补正的内容，等待期间不计办理时限",
    ),
    Transition(
        "refuse", "不予受理", ("sent",), "refused", (OFFICER,), reason_required=True, confirm=True,
        tone="danger",
        message="办结，书面说明理由；不影响再次申报",
    ),
    Transition(
        "answer", "提交补正", ("correcting",), "sent", (SIGNER,), (answered, table_ready, FILE), tone="primary",
        message="逐条答复后一次提交，回到受理",
    ),
    Transition(
        "open_review", "提请专家技术审查", ("accepted",), "reviewing", (OFFICER, SECRETARY), (form_review_complete, questions_answered),
        tone="primary", confirm=True, message="形式审查结束，锁定评审材料，开始抽取专家",
    ),
    Transition(
        "review_concluded", "技术审查有结论", ("reviewing",), "reviewed", (), by_system=True,
        message="按评审会的结论自动转入",
    ),
    Transition(
        "review_revise", "修改后重审", ("reviewing",), "revising", (), by_system=True,
        message="退回申报主体修改后重新评审",
    ),
    Transition(
        "resubmit", "提交修改稿", ("revising",), "accepted", (SIGNER,), (table_ready, FILE), tone="primary",
        confirm=True, message="重新评审，编号不变",
    ),
    Transition(
        "recheck", "登记修改完善复核", ("reviewed",), "reviewed", (OFFICER, SECRETARY), (passed, rechecked, recheck_written),
        message="组长或指定专家书面复核，不再开会",
    ),
    Transition(
        "open_notice", "公示", ("reviewed",), "notice", (OFFICER,), (passed, opinions_closed, notice_due, notice_ahead),
        tone="primary", confirm=True, message="在公众页公示，期内可以提出意见",
    ),
    Transition(
        "to_check", "提交审核", ("reviewed",), "checking", (OFFICER,), (check_asked, ready_for_check),
        tone="primary", message="转市级审核",
    ),
    Transition(
        "to_decide", "报审定", ("reviewed",), "deciding", (OFFICER,), (check_left_out, legal_left_out, ready_for_check),
        tone="primary", message="参数设定不经审核环节，直接报市级审定",
    ),
    Transition(
        "to_legal_at_once", "转法制审核", ("reviewed",), "legal", (OFFICER,), (check_left_out, legal_asked),
        tone="primary", message="参数设定不经审核环节；拟作不通过的决定，先经法制审核",
    ),
    Transition(
        "close_notice", "公示结束，提交审核", ("notice",), "checking", (OFFICER,), (check_asked, notice_over),
        tone="primary", message="公示期满、意见均已答复，转市级审核",
    ),
    Transition(
        "close_notice_to_decide", "公示结束，报审定", ("notice",), "deciding", (OFFICER,), (check_left_out, notice_over),
        tone="primary", message="公示期满、意见均已答复；参数设定不经审核环节，直接报市级审定",
    ),
    Transition("agree", "同意，报审定", ("checking",), "deciding", (CHECKER,), (legal_left_out,), tone="primary",
        message="转市级审定",
    ),
    Transition(
        "to_legal", "同意，转法制审核", ("checking",), "legal", (CHECKER,), (legal_asked,), tone="primary",
        message="拟作不通过的决定，先经法制审核",
    ),
    Transition(
        "legal_agree", "法制审核通过", ("legal",), "deciding", (LEGAL,), reason_required=True, tone="primary",
        message="写明法制审核意见，转市级审定",
    ),
    Transition(
        "legal_return", "法制审核退回", ("legal",), "reviewed", (LEGAL,), reason_required=True,
        message="写明事实、依据或程序的问题，退回经办",
    ),
    Transition(
        "return_to_officer", "退回经办", ("checking",), "reviewed", (CHECKER,), reason_required=True,
        message="退回经办重新办理",
    ),
    Transition(
        "decide", "审定同意授予试点称号", ("deciding",), "decided", (DECIDER,),
        (passed, opinions_closed, policy_holds(PolicyStep.GRANT), decision_recorded),
        tone="primary", confirm=True,
        message="登记审定日期；文号可以在编定后登记，列入公告批次后授予试点称号",
    ),
    Transition(
        "decide_failed", "审定不通过", ("deciding",), "failed", (DIRECTOR,), (decision_recorded,),
        reason_required=True, confirm=True, tone="danger", message="办结，书面说明理由；不影响再次申报",
    ),
    Transition(
        "return_for_more", "退回经办", ("deciding",), "reviewed", (DECIDER,), reason_required=True,
        message="退回经办重新办理",
    ),
    Transition(
        "announce", "公告", ("decided",), "announced", (OFFICER,), (decision_numbered, batch_named),
        tone="primary",
        page="approvals:announcement_list", message="列入公告批次并公告，授予试点称号，锁定试点基线",
    ),
    Transition(
        "withdraw", "撤回申报", UNTIL_DECISION, "withdrawn", (SIGNER,),
        reason_required=True, confirm=True,
        tone="danger", message="办结；可以另行申报",
    ),
    Transition(
        "enter_sign", "代录签发", ("signing",), "endorsing", (OFFICER,), (table_ready, FILE, entry_whole),
        message="申报主体以书面签发的，登记收到日期和原件；评分表和材料随之锁定",
    ),
    Transition(
        "enter_answer", "代录补正", ("correcting",), "sent", (OFFICER,), (table_ready, FILE, entry_whole),
        message="申报主体以书面或电话答复补正的，逐条登记答复、收到日期和原件",
    ),
    Transition(
        "enter_send_up", "代录报送", ("endorsing",), "sent", (OFFICER,), (endorsed, entry_whole),
        message="批复和报送函以书面送达的，先登记文号和扫描件，再登记收到日期",
    ),
    Transition(
        "enter_withdrawal", "代录撤回", UNTIL_DECISION, "withdrawn", (OFFICER,), (entry_whole,),
        message="申报主体以书面或电话撤回的，登记收到日期和原件",
    ),
)  # fmt: skip

APPLICATION = register(
    Machine(
        name="application",
        title="试点申报",
        model=Case._meta.label,
        states=STATES,
        transitions=TRANSITIONS,
        initial="draft",
    )
)
