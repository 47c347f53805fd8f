"""State machine of a reconsideration, suit or appeal: the officer records, the director confirms the outcome.

The instances are the same for every object of a remedy; each machine of a kind of remedy takes their steps from ``proceedings``.
"""

from approvals.cases.lifecycle import DIRECTOR, OFFICER
from approvals.remedies.guards import (
    another_person,
    appeal_in_time,
    appeal_over,
    appeal_served,
    can_follow,
    first_instance,
    judged_before,
    not_replied,
    not_stayed,
    nothing_to_redo,
    outcome_chosen,
    outcome_fits,
    owes_reply,
    redo_after_outcome,
    redone_told,
    reply_numbered,
    simplified,
    since_filing,
    since_lift,
    since_stay,
    stayed,
    to_redo,
)
from approvals.titles.enums import RemedyState
from approvals.titles.models.remedies import Remedy
from greendistrict.workflow.machine import Machine, Seat, State, Transition

OPEN, JUDGED, APPEALED, FOUND = (
    State(RemedyState.OPEN, "审理中", "审理中", "info"),
    State(RemedyState.JUDGED, "一审已裁判，上诉期内", "审理中", "warning"),
    State(RemedyState.APPEALED, "二审审理中", "审理中", "info"),
    State(RemedyState.FOUND, "结果已登记，待审定", "审理中", "info"),
)
CLOSED = State(RemedyState.CLOSED, "已办结", "已办结", "success", final=True)


def proceedings(confirmer: Seat, confirms: tuple[Transition, ...], stays: tuple[Transition, ...] = ()) -> tuple[Transition, ...]:
    """Steps of reply, first instance, appeal and outcome; ``confirms`` are the steps with which the ``confirmer`` confirms the outcome."""
    return (
        Transition("reply", "登记答复", ("open",), "open", (OFFICER,), (owes_reply, not_replied, reply_numbered),
            message="登记行政复议答复书或者行政诉讼答辩状的文号和日期"),
        Transition("ordinary", "转为普通程序", ("open",), "open", (OFFICER,), (simplified, since_filing),
            message="行政复议机关通知转为普通程序的登记，答复期限改按普通程序计算"),
        *stays,
        Transition("judge", "登记一审裁判", ("open",), "judged", (OFFICER,),
            (first_instance, outcome_chosen, outcome_fits, since_filing), tone="primary",
            message="登记一审判决、裁定和送达日期，上诉期限开始计算；期满未上诉的登记生效"),
        Transition("appeal", "登记上诉", ("judged",), "appealed", (OFFICER,), (appeal_in_time, appeal_served), tone="primary",
            confirm=True, message="任何一方上诉的，一审裁判不生效，另立二审一件"),
        Transition("effect", "登记一审裁判生效", ("judged",), "found", (OFFICER,), (appeal_over, redo_after_outcome), tone="primary",
            message=f"上诉期满各方未上诉的登记，由{confirmer.label}核对后办结"),
        Transition("find", "登记结果", ("open",), "found", (OFFICER,),
            (judged_before, outcome_chosen, outcome_fits, since_filing, redo_after_outcome),
            tone="primary", message=f"登记结果文书，由{confirmer.label}核对后办结"),
        *confirms,
        Transition("send_back", "退回经办核对", ("found",), "open", (confirmer,), reason_required=True,
            message="经办核对结果文书后重新登记"),
        Transition("conclude", "二审办结", ("appealed",), "closed", (), by_system=True, message="二审结果审定后转入"),
        Transition("retry", "发回重审", ("appealed",), "open", (), by_system=True, message="二审发回重审，一审裁判撤销，重新审理"),
    )  # fmt: skip


REMEDY = Machine(
    name="remedy",
    title="行政复议与诉讼",
    model=Remedy._meta.label,
    initial=RemedyState.OPEN,
    states=(OPEN, JUDGED, APPEALED, FOUND, State(RemedyState.REDOING, "决定已被撤销，待重新作出", "待重新作出决定", "warning"), CLOSED),
    transitions=proceedings(
        DIRECTOR,
        confirms=(
            Transition("confirm", "审定", ("found",), "closed", (DIRECTOR,), (another_person, nothing_to_redo, can_follow),
                tone="primary", confirm=True,
                message="停止执行随之终止；撤销、确认无效或者变更为恢复的，已取消、撤销的称号随即恢复"),
            Transition("confirm_redo", "审定，转重新作出决定", ("found",), "redoing", (DIRECTOR,), (another_person, to_redo),
                tone="primary", confirm=True, message="原决定不再有效，办件页写明；由市级经办重新作出决定后登记"),
            Transition("redone", "登记重新作出的决定", ("redoing",), "closed", (OFFICER,), (redone_told,), tone="primary", confirm=True,
                message="登记重新处理的情况、文号和日期，办件页写明"),
        ),
        stays=(
            Transition("stay", "登记停止执行", ("open",), "open", (OFFICER,), (not_stayed, since_filing, since_lift), confirm=True,
                message="已取消、撤销的称号随即有效，直到恢复执行；尚未公告的，停止执行期间不能公告"),
            Transition("lift", "登记恢复执行", ("open",), "open", (OFFICER,), (stayed, since_stay), message="称号随即按原决定终止"),
        ),
    ),
)  # fmt: skip
