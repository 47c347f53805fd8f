"""Transitions that several kinds of case share, declared once; each kind's table lists its steps and passes what differs.

``again``: what the applicant may do instead (可以另行申报). ``guards``: guards of the kind, in addition to the shared ones.
"""

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
    recheck_written,
    rechecked,
    rounds_left,
)
from approvals.cases.lifecycle.seats import CHECKER, DECIDER, LEGAL, OFFICER, PREPARER, SECRETARY, SIGNER
from greendistrict.workflow.machine import Guard, Seat, Transition

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
