"""Seats, approval chain, and the state machine of each kind of case."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from approvals.cases import rules
from approvals.cases.checklist import OWN_GUARDS, required_at, slots_of
from approvals.cases.enums import Deed
from approvals.cases.guards import (
    another_person,
    answered,
    batch_named,
    check_asked,
    check_left_out,
    decision_numbered,
    findings_named,
    not_received,
    notice_over,
    papers_laid,
    recheck_written,
    rechecked,
    rounds_left,
)
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.workflow.declaration import procedure_named
from greendistrict.workflow.machine import Guard, Machine, Question, Seat, State, Transition, reads

# Approval chain from the settings (``approval_chain``): who checks before the director, and which decisions are the director's.

CHECK = "审核"


def needs_check() -> bool:
    """Whether the chain has 审核 between 经办 and 审定."""
    return CHECK in parameters.load().words("approval_chain.default")


@reads()
def checker_passes_on(_question: Question) -> Iterable[Refusal]:
    """The approval chain contains 审核."""
    if not needs_check():
        yield Refusal("办理层级中没有审核，由审定人直接审定（参数）")


@reads()
def checked_before(_question: Question) -> Iterable[Refusal]:
    """The approval chain has no 审核, so the director decides directly."""
    if needs_check():
        yield Refusal("须先经审核（参数：办理层级）", required="已审核", found="待审核", remedy="请审核人先办理")


# The state machines of cases: one per kind of case, all on the model ``Case`` and named as the kind.


def case_machine(name: str, title: str, states: tuple[State, ...], transitions: tuple[Transition, ...]) -> Machine:
    """State machine of one kind of case, named as the kind; its initial state is the draft.

    Every step for which the checklist calls a paper 必交 gets the guard that asks the checklist; it names no other steps.
    """
    kind = CaseKind[name.upper()]
    guarded = tuple(_with_papers(kind, transition) for transition in transitions)
    machine = Machine(name=name, title=title, model=Case._meta.label, states=states, transitions=guarded, initial="draft")
    machine.named(*(action for slot in slots_of(kind) if not slot.optional for action in slot.steps))
    return machine


def _with_papers(kind: CaseKind, transition: Transition) -> Transition:
    asked = any(slot.origin not in OWN_GUARDS for slot in required_at(kind, transition.action))
    return replace(transition, guards=(*transition.guards, papers_laid(kind, transition.action))) if asked else transition


@cache
def case_machines() -> Mapping[str, Machine]:
    """Machines by kind of case, in the order in which lists show states."""
    return MappingProxyType({kind.value: procedure_named(kind.machine_name).machine for kind in CaseKind})


def is_case_machine(name: str) -> bool:
    """Whether the named machine belongs to a kind of case."""
    return any(name == kind.machine_name for kind in CaseKind)


def machine_of(case: Case) -> Machine:
    """Machine of the case's kind."""
    return case_machines()[case.kind]


@cache
def steps_that(deed: Deed) -> frozenset[str]:
    """Actions that amount to a deed, of all kinds of case."""
    steps = (pair for name in CaseKind for pair in procedure_named(name.machine_name).steps.items())
    return frozenset(action for action, step in steps if step.deed == deed)


def state_of_kind(kind: str, status: str) -> State:
    """State ``status`` of a kind of case, for rows read without a ``Case``."""
    return case_machines()[kind].state(status)


def state_of(case: Case) -> State:
    """Current state of the case as declared in its machine."""
    return state_of_kind(case.kind, case.status)


# Seats (who may take a step of a case), shared by the machines of all kinds.

PREPARER = Seat("preparer", "申报主体填报人", rules.is_preparer)
SIGNER = Seat("reviewer", "申报主体审核人", rules.is_signer)
AUTHORITY = Seat("authority", "区专门机构", rules.is_designated_body)
OFFICER = Seat("city_officer", "市级经办", rules.is_officer)
CHECKER = Seat("city_checker", "市级审核", rules.is_checker)
LEGAL = Seat("city_legal", "市级法制", rules.is_legal)
DECIDER = Seat("city_director", "市级审定", rules.decides_case)
DIRECTOR = Seat("city_director", "市级审定", rules.is_director)
SECRETARY = Seat("secretariat", "评审秘书", rules.is_secretary)


# Transitions that several kinds of case share, declared once; each kind's table lists its steps and passes what differs.
#
# ``again``: what the applicant may do instead (可以另行申报). ``guards``: guards of the kind, in addition to the shared ones.

Sources = tuple[str, ...]


def hand_up(*guards: Guard) -> Transition:
    """提交审核: the preparer passes the draft to the signer."""
    message = "转本单位审核人签发，签发前可以收回修改"
    return Transition("hand_up", "提交审核", ("draft",), "signing", (PREPARER,), guards, message, tone="primary")


def discard(*seats: Seat, again: str) -> Transition:
    """作废草稿."""
    message = f"草稿作废，不能恢复；可以{again}"
    return Transition("discard", "作废草稿", ("draft",), "discarded", seats, message=message, confirm=True, tone="danger")


TAKE_BACK = Transition("take_back", "收回修改", ("signing",), "draft", (PREPARER,), message="收回后可以继续修改")
RETURN_TO_PREPARER = Transition(
    "return_to_preparer", "退回修改", ("signing",), "draft", (SIGNER,), message="退回填报人修改", reason_required=True
)


def sign(*guards: Guard, target: str, message: str) -> Transition:
    """签发并提交, by another person than the one who prepared it."""
    guards = (another_person, *guards)
    return Transition("sign", "签发并提交", ("signing",), target, (SIGNER,), guards, message, tone="primary", confirm=True)


def recall(label: str, sources: Sources, until: str) -> Transition:
    """Withdraw a submission that the city has not received yet."""
    message = f"{until}前撤回，回到填报；编号保留"
    return Transition("recall", label, sources, "draft", (SIGNER,), (not_received,), message, reason_required=True)


CORRECT = Transition(
    "correct", "补正", ("sent", "accepted"), "correcting", (OFFICER,), (rounds_left, findings_named),
    "一次告知全部需要补正的内容，等待期间不计办理时限", page="approvals:case_correct",
)  # fmt: skip


def not_accepted(action: str, sources: Sources, again: str) -> Transition:
    """不予受理."""
    message = f"办结，书面说明理由；不影响再次{again}"
    return Transition(
        action, "不予受理", sources, "refused", (OFFICER,), message=message, reason_required=True, confirm=True, tone="danger", adverse=True
    )


def answer(*guards: Guard) -> Transition:
    """提交补正."""
    guards = (answered, *guards)
    return Transition("answer", "提交补正", ("correcting",), "sent", (SIGNER,), guards, "逐条答复后一次提交，回到受理", tone="primary")


def review_concluded(label: str) -> Transition:
    """The panel has concluded."""
    return Transition("review_concluded", label, ("reviewing",), "reviewed", (), message="按评审会的结论自动转入", by_system=True)


REVIEW_REVISE = Transition(
    "review_revise", "修改后重审", ("reviewing",), "revising", (), message="退回申报主体修改后重新评审", by_system=True
)


def resubmit(*guards: Guard) -> Transition:
    """提交修改稿 for another review."""
    message = "重新评审，编号不变"
    return Transition("resubmit", "提交修改稿", ("revising",), "accepted", (SIGNER,), guards, message, tone="primary", confirm=True)


def recheck(passed: Guard) -> Transition:
    """登记修改完善复核 of a case that the panel passed on condition of improvements."""
    guards, message = (passed, rechecked, recheck_written), "组长或指定专家书面复核，不再开会"
    return Transition("recheck", "登记修改完善复核", ("reviewed",), "reviewed", (OFFICER, SECRETARY), guards, message)


def open_notice(*guards: Guard) -> Transition:
    """公示."""
    message = "在公众页公示，期内可以提出意见"
    return Transition("open_notice", "公示", ("reviewed",), "notice", (OFFICER,), guards, message, tone="primary", confirm=True)


def to_check(sources: Sources, *guards: Guard, message: str = "转市级审核") -> Transition:
    """提交审核 by the officer, within the city."""
    return Transition("to_check", "提交审核", sources, "checking", (OFFICER,), guards, message, tone="primary")


def to_decide(*guards: Guard) -> Transition:
    """报审定, if the settings leave out 审核."""
    message = "参数设定不经审核环节，直接报市级审定"
    return Transition("to_decide", "报审定", ("reviewed",), "deciding", (OFFICER,), (check_left_out, *guards), message, tone="primary")


CLOSE_NOTICE = Transition(
    "close_notice", "公示结束，提交审核", ("notice",), "checking", (OFFICER,), (check_asked, notice_over),
    "公示期满、意见均已答复，转市级审核", tone="primary",
)  # fmt: skip
CLOSE_NOTICE_TO_DECIDE = Transition(
    "close_notice_to_decide", "公示结束，报审定", ("notice",), "deciding", (OFFICER,), (check_left_out, notice_over),
    "公示期满、意见均已答复；参数设定不经审核环节，直接报市级审定", tone="primary",
)  # fmt: skip


def agree(*guards: Guard) -> Transition:
    """同意，报审定."""
    return Transition("agree", "同意，报审定", ("checking",), "deciding", (CHECKER,), guards, "转市级审定", tone="primary")


def legal_agree(target: str, *guards: Guard, to: str) -> Transition:
    """法制审核通过."""
    message = f"写明法制审核意见，{to}"
    return Transition("legal_agree", "法制审核通过", ("legal",), target, (LEGAL,), guards, message, reason_required=True, tone="primary")


def legal_return(target: str, faults: str) -> Transition:
    """法制审核退回."""
    message = f"写明{faults}的问题，退回经办"
    return Transition("legal_return", "法制审核退回", ("legal",), target, (LEGAL,), message=message, reason_required=True)


def return_to_officer(target: str, message: str) -> Transition:
    """退回经办 by 审核."""
    return Transition("return_to_officer", "退回经办", ("checking",), target, (CHECKER,), message=message, reason_required=True)


def return_for_more(target: str, message: str, seat: Seat = DECIDER) -> Transition:
    """退回经办 by 审定."""
    return Transition("return_for_more", "退回经办", ("deciding",), target, (seat,), message=message, reason_required=True)


def announce(sources: Sources, message: str, tone: str = "primary") -> Transition:
    """公告 in a batch."""
    page, guards = "approvals:announcement_list", (decision_numbered, batch_named)
    return Transition("announce", "公告", sources, "announced", (OFFICER,), guards, f"列入公告批次并公告，{message}", tone=tone, page=page)


def withdraw(label: str, sources: Sources, message: str) -> Transition:
    """End one's own case before the decision."""
    return Transition(
        "withdraw", label, sources, "withdrawn", (SIGNER,), message=message, reason_required=True, confirm=True, tone="danger"
    )


def enter_sign(*guards: Guard, target: str) -> Transition:
    """代录签发 of an application or acceptance on paper."""
    message = "申报主体以书面签发的，登记收到日期和原件；评分表和材料随之锁定"
    return Transition("enter_sign", "代录签发", ("signing",), target, (OFFICER,), guards, message)


def enter_answer(*guards: Guard) -> Transition:
    """代录补正."""
    message = "申报主体以书面或电话答复补正的，逐条登记答复、收到日期和原件"
    return Transition("enter_answer", "代录补正", ("correcting",), "sent", (OFFICER,), guards, message)


def enter_withdrawal(sources: Sources, *guards: Guard) -> Transition:
    """代录撤回."""
    message = "申报主体以书面或电话撤回的，登记收到日期和原件"
    return Transition("enter_withdrawal", "代录撤回", sources, "withdrawn", (OFFICER,), guards, message, tone="danger")
