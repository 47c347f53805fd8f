"""State machine of a final acceptance (终期验收 YS), requested by the district or opened by the city, 八（三）.

Also here: Guards of the steps of a final acceptance; the facts come from ``approvals.acceptances.facts``.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from approvals.cases.enums import CaseState
from approvals.cases.guards import (
    PASSED,
    check_asked,
    decision_recorded,
    form_review_complete,
    notice_ahead,
    notice_due,
    opinions_closed,
    own_page,
    policy_holds,
    questions_answered,
    ready_for_check,
    table_gaps,
    typed,
)
from approvals.cases.lifecycle import (
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
from assessments.common.enums import Conclusion
from greendistrict.core.errors import Refusal
from greendistrict.policy.enums import PolicyStep
from greendistrict.workflow.machine import Question, State, Transition, reads

CLAUSE = "八（三）"


@reads("table")
def operation_table_ready(question: Question, table: dict[str, Any]) -> Iterable[Refusal]:
    """The operation-stage score table can be submitted or is submitted already."""
    if not table["exists"]:
        yield Refusal("尚无评分表（实施运管）", href=own_page("case", question.obj))
    yield from table_gaps(question.obj, table)


@reads("visit")
def no_visit_yet(_question: Question, visit: dict[str, Any]) -> Iterable[Refusal]:
    """The site visit is not completed yet."""
    if visit["done"]:
        yield Refusal("现场核查已经完成，可以提请终期验收评审")


@reads("visit")
def visit_done(question: Question, visit: dict[str, Any]) -> Iterable[Refusal]:
    """The site visit is closed with a finding for each project, facility and control item."""
    if visit["done"]:
        return
    found = f"还有{visit['open']}项没有核查结论" if visit["exists"] else "没有组织现场核查"
    wanted = "相关领域专家赴现场核查"
    yield Refusal("现场核查未完成", rule="ACCEPT-SITE", cite=CLAUSE, required=wanted, found=found, remedy="完成现场核查记录",
                  href=own_page("case_visit" if visit["exists"] else "case", question.obj))  # fmt: skip


@reads("conclusion")
def panel_accepts(_question: Question, conclusion: str) -> Iterable[Refusal]:
    """The panel's conclusion is one of the two that pass."""
    if conclusion not in PASSED:
        shown = Conclusion(conclusion).label if conclusion else "没有结论"
        yield Refusal("终期验收审查未通过", rule="TITLE-DEMONSTRATION", cite=CLAUSE, required="通过", found=shown)


@reads("conclusion")
def panel_refuses(_question: Question, conclusion: str) -> Iterable[Refusal]:
    """The panel's conclusion is not a pass."""
    if conclusion in PASSED:
        yield Refusal("评审结论为通过，不能审定不通过", found=str(Conclusion(conclusion).label), remedy="有不同意见的，退回经办重新办理")


@typed("planned_on")
def visit_ahead(question: Question, planned_on: dt.date | None) -> Iterable[Refusal]:
    """The visit is planned for today or later."""
    if planned_on is not None and planned_on < question.today:
        yield Refusal("核查日期不能早于今天", field="planned_on")


STATES = (
    State(CaseState.DRAFT, "填报中", "填报中", phase="申请"),
    State(CaseState.SIGNING, "待签发", "填报中", "info", phase="申请"),
    State(CaseState.SENT, "待受理", "待受理", "info", phase="受理"),
    State(CaseState.CORRECTING, "待补正", "待补正", "warning", phase="受理"),
    State(CaseState.ACCEPTED, "已受理，形式审查", "已受理", "info", phase="形式审查"),
    State(CaseState.VISITING, "现场核查", "现场核查", "info", phase="现场核查"),
    State(CaseState.REVIEWING, "终期验收评审", "终期验收评审", "info", phase="终期验收评审会"),
    State(CaseState.REVISING, "修改后重审", "修改中", "warning", phase="终期验收评审会"),
    State(CaseState.REVIEWED, "评审有结论", "终期验收评审已结束", "info", phase="公示", inside=True),
    State(CaseState.NOTICE, "公示中", "公示中", "info", phase="公示"),
    State(CaseState.CHECKING, "待审核", "审定中", "info", phase="审定", inside=True),
    State(CaseState.DECIDING, "待审定", "审定中", "info", phase="审定", inside=True),
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
    hand_up(operation_table_ready, GATES),
    discard(PREPARER, SIGNER, OFFICER, again="另行申请"),
    TAKE_BACK,
    RETURN_TO_PREPARER,
    sign(operation_table_ready, GATES, target="sent", message="评分表和材料锁定，取得编号，报市住房城乡建设管理委"),
    recall("撤回提交", ("sent",), until="受理"),
    Transition("accept", "受理", ("sent",), "accepted", (OFFICER,), (GATES,), tone="primary",
        confirm=True, message="按冻结的试点基线再核对一次，开始形式审查"),
    CORRECT,
    Transition("refuse", "不予受理", ("sent",), "refused", (OFFICER,), reason_required=True, confirm=True,
        tone="danger", adverse=True, message="办结，书面说明理由；不影响再次申请，试点称号不变"),
    answer(operation_table_ready, GATES),
    Transition("open_visit", "组织现场核查", ("accepted",), "visiting", (OFFICER, SECRETARY),
        (form_review_complete, no_visit_yet, visit_ahead),
        tone="primary", message="形式审查结束，按冻结清单和评分表列出核查表，告知核查时间"),
    Transition("open_review", "提请终期验收评审", ("accepted", "visiting"), "reviewing", (OFFICER, SECRETARY),
        (form_review_complete, questions_answered, visit_done), tone="primary", confirm=True,
        message="锁定评审材料和现场核查记录，开始抽取专家"),
    review_concluded("终期验收评审有结论"),
    REVIEW_REVISE,
    resubmit(operation_table_ready, GATES),
    recheck(panel_accepts),
    open_notice(panel_accepts, opinions_closed, CONCLUDE, notice_due, notice_ahead),
    to_check(("reviewed",), check_asked, CONCLUDE, ready_for_check),
    to_decide(CONCLUDE, ready_for_check),
    CLOSE_NOTICE,
    CLOSE_NOTICE_TO_DECIDE,
    agree(),
    return_to_officer("reviewed", "退回经办重新办理"),
    Transition("decide", "审定同意授予示范称号", ("deciding",), "decided", (DECIDER,),
        (panel_accepts, opinions_closed, CONCLUDE, decision_recorded),
        tone="primary", confirm=True,
        message="登记审定日期；文号可以在编定后登记，列入公告批次后授予示范称号"),
    Transition("decide_failed", "审定不通过", ("deciding",), "failed", (DIRECTOR,), (panel_refuses, CONCLUDE, decision_recorded),
        reason_required=True, confirm=True, tone="danger", adverse=True,
        message="办结。形成取消试点称号的建议，由经办另行办理取消程序，称号现在不变"),
    return_for_more("reviewed", "退回经办重新办理"),
    announce(("decided",), "授予示范称号"),
    withdraw("撤回申请", UNTIL_DECISION, "办结，评审终止；试点称号不变，可以另行申请"),
    enter_sign(operation_table_ready, GATES, entry_whole, target="sent"),
    enter_answer(operation_table_ready, GATES, entry_whole),
    enter_withdrawal(UNTIL_DECISION, entry_whole),
)  # fmt: skip

ACCEPTANCE = case_machine("acceptance", "终期验收", STATES, TRANSITIONS)
