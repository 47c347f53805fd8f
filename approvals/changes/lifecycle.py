"""State machine of a change (变更 BG) with its guards: the applicant requests, the city checks, the decision applies it."""

from collections.abc import Iterable

from approvals.cases.enums import WITH_OFFICER, CaseState
from approvals.cases.guards import decision_recorded
from approvals.cases.lifecycle import (
    CHECKER,
    DIRECTOR,
    OFFICER,
    PREPARER,
    RETURN_TO_PREPARER,
    SIGNER,
    TAKE_BACK,
    agree,
    case_machine,
    discard,
    enter_withdrawal,
    hand_up,
    not_accepted,
    recall,
    return_for_more,
    return_to_officer,
    sign,
    to_check,
    withdraw,
)
from approvals.consultations.guards import departments_named
from approvals.requests.guards import entry_whole
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question, State, Transition, reads

ON_PAPER = "来件"


@reads("change")
def change_holds(_question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """The change is complete, alters something and can be applied."""
    return against


@reads("came")
def entered_from_paper(_question: Question, came: str) -> Iterable[Refusal]:
    """The change came on paper (代录), so the officer may act for the applicant."""
    if came != ON_PAPER:
        yield Refusal("这件变更由申报主体在平台上提出，不是书面来件", remedy="由申报主体的填报人和审核人办理")


@reads("chain")
def director_decides(_question: Question, chain: tuple[str, ...]) -> Iterable[Refusal]:
    """The last link of the settings' chain is 审定."""
    if "审定" not in chain:
        yield Refusal("参数设定此类变更由市级审核决定，不报审定", remedy="办理“同意变更”")


@reads("chain")
def checker_decides(_question: Question, chain: tuple[str, ...]) -> Iterable[Refusal]:
    """The last link of the settings' chain is 审核."""
    if "审定" in chain:
        yield Refusal("此类变更须经市级审定", required="、".join(chain), remedy="办理“同意，报审定”")


STATES = (
    State(CaseState.DRAFT, "填报中", "填报中", phase="提出"),
    State(CaseState.SIGNING, "待签发", "填报中", "info", phase="提出"),
    State(CaseState.SENT, "待核对", "已提交", "info", phase="市级核对"),
    State(CaseState.CONSULTING, "征询部门意见", "征询部门意见", "info", phase="市级核对"),
    State(CaseState.CHECKING, "待审核", "审定中", "info", phase="审核", inside=True),
    State(CaseState.DECIDING, "待审定", "审定中", "info", phase="审定", inside=True),
    State(CaseState.APPROVED, "已同意，变更生效", "已同意", "success", final=True),
    State(CaseState.REFUSED, "不同意变更", "不同意", "danger", final=True),
    State(CaseState.WITHDRAWN, "已撤回", "已撤回", "neutral", final=True),
    State(CaseState.DISCARDED, "已作废", "", "neutral", final=True),
)
SUBMITTED = (CaseState.SENT, CaseState.CONSULTING, CaseState.CHECKING, CaseState.DECIDING)

TRANSITIONS = (
    hand_up(change_holds),
    discard(PREPARER, SIGNER, again="另行提出"),
    Transition("drop_entered", "作废代录", ("draft",), "discarded", (OFFICER,), (entered_from_paper,), confirm=True,
        tone="danger", reason_required=True, message="代录有误或来件撤回的，作废草稿，不能恢复；可以另行登记"),
    TAKE_BACK,
    RETURN_TO_PREPARER,
    sign(change_holds, target="sent", message="变更前后对照和影响锁定，取得编号，报市住房城乡建设管理委核对"),
    recall("撤回修改", ("sent",), until="核对"),
    Transition("consult", "征询部门意见", WITH_OFFICER, "consulting", (OFFICER,), (departments_named,),
        page="approvals:case_consult", message="有关部门同时征询，逾期只提醒，不视为同意；征询以后申报主体可以撤回申请，不能收回修改"),
    Transition("return_change", "退回修改", WITH_OFFICER, "draft", (OFFICER,), reason_required=True,
        message="退回申报主体修改后重新提交；编号保留，尚未答复的部门征询撤销"),
    not_accepted("decline", WITH_OFFICER, again="提出"),
    to_check(WITH_OFFICER, change_holds, message="写明核对意见，转市级审核"),
    return_to_officer("sent", "退回经办重新核对"),
    agree(director_decides),
    Transition("approve", "同意变更", ("checking",), "approved", (CHECKER,), (checker_decides, change_holds, decision_recorded),
        tone="primary", confirm=True, message="登记文号和日期，变更随即生效"),
    Transition("decide", "审定同意变更", ("deciding",), "approved", (DIRECTOR,), (change_holds, decision_recorded),
        tone="primary", confirm=True, message="登记文号和日期，变更随即生效"),
    Transition("refuse", "审定不同意", ("deciding",), "refused", (DIRECTOR,), (decision_recorded,),
        reason_required=True, confirm=True, tone="danger", adverse=True,
        message="办结，书面说明理由；不影响再次提出"),
    return_for_more("sent", "退回经办重新核对", seat=DIRECTOR),
    withdraw("撤回申请", SUBMITTED, "办结；可以另行提出"),
    Transition(
        "enter_sign", "代录签发", ("draft", "signing"), "sent", (OFFICER,), (entered_from_paper, change_holds, entry_whole),
        tone="primary",
        message="申报主体已在书面申请上签发的，登记收到日期和原件；变更前后对照和影响锁定，取得编号",
    ),
    enter_withdrawal(SUBMITTED, entry_whole),
)  # fmt: skip

CHANGE = case_machine("change", "变更", STATES, TRANSITIONS)
