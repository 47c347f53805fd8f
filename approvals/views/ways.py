"""How each step of each kind of case is taken: its form, and the service that its cleaned fields go to."""

from collections.abc import Callable
from typing import Any, NamedTuple

from approvals.enums import CaseKind
from approvals.forms import entries as entry_forms
from approvals.forms import losses as loss_forms
from approvals.forms import steps as step_forms
from approvals.services import acceptances, cases, changes, corrections, entered, losses, notices, visits
from approvals.services.steps import plain_step


class Way(NamedTuple):
    """How a step is taken: its form, whose cleaned fields go to the service."""

    form: type[step_forms.StepForm]
    service: Callable[..., Any]


WAYS = {
    "hand_up": Way(step_forms.StepForm, cases.case_hand_up),
    "discard": Way(step_forms.StepForm, cases.case_discard),
    "take_back": Way(step_forms.StepForm, cases.case_take_back),
    "sign": Way(step_forms.OpinionForm, cases.case_sign),
    "return_to_preparer": Way(step_forms.ReasonForm, cases.case_return_to_preparer),
    "send_up": Way(step_forms.OpinionForm, cases.case_send_up),
    "send_back": Way(step_forms.ReasonForm, cases.case_send_back),
    "recall": Way(step_forms.ReasonForm, cases.case_recall),
    "accept": Way(step_forms.OpinionForm, cases.case_accept),
    "refuse": Way(step_forms.ReasonForm, cases.case_refuse),
    "answer": Way(step_forms.StepForm, corrections.case_answer),
    "open_review": Way(step_forms.StepForm, cases.case_open_review),
    "resubmit": Way(step_forms.StepForm, cases.case_resubmit),
    "recheck": Way(step_forms.RecheckForm, cases.case_recheck),
    "open_notice": Way(step_forms.NoticeForm, notices.case_open_notice),
    "to_check": Way(step_forms.OpinionForm, cases.case_to_check),
    "close_notice": Way(step_forms.StepForm, notices.case_close_notice),
    "to_decide": Way(step_forms.OpinionForm, cases.case_to_decide),
    "to_legal_at_once": Way(step_forms.OpinionForm, cases.case_to_legal_at_once),
    "close_notice_to_decide": Way(step_forms.StepForm, notices.case_close_notice_to_decide),
    "agree": Way(step_forms.OpinionForm, cases.case_agree),
    "to_legal": Way(step_forms.OpinionForm, cases.case_to_legal),
    "legal_agree": Way(step_forms.ReasonForm, plain_step("legal_agree")),
    "legal_return": Way(step_forms.ReasonForm, plain_step("legal_return")),
    "return_to_officer": Way(step_forms.ReasonForm, cases.case_return_to_officer),
    "decide": Way(step_forms.DecisionForm, cases.case_decide),
    "decide_failed": Way(step_forms.FailedDecisionForm, cases.case_decide_failed),
    "return_for_more": Way(step_forms.ReasonForm, cases.case_return_for_more),
    "withdraw": Way(step_forms.ReasonForm, cases.case_withdraw),
    "enter_sign": Way(entry_forms.EntryForm, entered.enter_signature),
    "enter_send_up": Way(entry_forms.EntryForm, entered.enter_sending),
    "enter_answer": Way(entry_forms.EnteredAnswersForm, entered.enter_answer),
}
CHANGE_WAYS = {
    "hand_up": Way(step_forms.StepForm, changes.change_hand_up),
    "discard": Way(step_forms.StepForm, plain_step("discard")),
    "take_back": Way(step_forms.StepForm, plain_step("take_back")),
    "return_to_preparer": Way(step_forms.ReasonForm, plain_step("return_to_preparer")),
    "sign": Way(step_forms.OpinionForm, changes.change_sign),
    "recall": Way(step_forms.ReasonForm, changes.change_recall),
    "return_change": Way(step_forms.ReasonForm, changes.change_return),
    "decline": Way(step_forms.ReasonForm, plain_step("decline")),
    "to_check": Way(step_forms.OpinionForm, changes.change_to_check),
    "return_to_officer": Way(step_forms.ReasonForm, plain_step("return_to_officer")),
    "agree": Way(step_forms.OpinionForm, changes.change_agree),
    "approve": Way(step_forms.DecisionForm, changes.change_approve),
    "decide": Way(step_forms.DecisionForm, changes.change_decide),
    "refuse": Way(step_forms.FailedDecisionForm, changes.change_refuse),
    "return_for_more": Way(step_forms.ReasonForm, plain_step("return_for_more")),
    "withdraw": Way(step_forms.ReasonForm, plain_step("withdraw")),
    "drop_entered": Way(step_forms.ReasonForm, changes.change_drop_entered),
    "enter_sign": Way(entry_forms.EntryForm, entered.enter_change_signature),
}
ACCEPTANCE_WAYS = {
    **{name: WAYS[name] for name in ("take_back", "return_to_preparer", "recall", "refuse", "answer", "open_notice", "close_notice")},
    "close_notice_to_decide": WAYS["close_notice_to_decide"],
    **{name: WAYS[name] for name in ("discard", "agree", "return_to_officer", "return_for_more", "withdraw")},
    **{name: WAYS[name] for name in ("enter_sign", "enter_answer")},
    "hand_up": Way(step_forms.StepForm, acceptances.acceptance_hand_up),
    "sign": Way(step_forms.OpinionForm, acceptances.acceptance_sign),
    "accept": Way(step_forms.OpinionForm, acceptances.acceptance_accept),
    "open_visit": Way(loss_forms.VisitForm, visits.case_open_visit),
    "open_review": Way(step_forms.StepForm, acceptances.acceptance_open_review),
    "resubmit": Way(step_forms.StepForm, acceptances.acceptance_resubmit),
    "recheck": Way(step_forms.RecheckForm, acceptances.acceptance_recheck),
    "to_check": Way(step_forms.OpinionForm, acceptances.acceptance_to_check),
    "to_decide": Way(step_forms.OpinionForm, acceptances.acceptance_to_decide),
    "decide": Way(step_forms.DecisionForm, acceptances.acceptance_decide),
    "decide_failed": Way(step_forms.FailedDecisionForm, acceptances.acceptance_decide_failed),
    "enter_withdrawal": Way(entry_forms.EnteredWithdrawalForm, entered.enter_withdrawal),
}
LOSS_WAYS = {
    "to_check": Way(step_forms.OpinionForm, losses.loss_to_check),
    "to_tell": Way(step_forms.OpinionForm, losses.loss_to_tell),
    "return_to_officer": Way(step_forms.ReasonForm, plain_step("return_to_officer")),
    "agree": Way(step_forms.OpinionForm, losses.loss_agree),
    "tell": Way(loss_forms.TellForm, losses.loss_tell),
    "state": Way(loss_forms.StatementForm, losses.loss_state),
    "waive": Way(step_forms.ReasonForm, losses.loss_waive),
    "enter_statement": Way(entry_forms.EnteredStatementForm, entered.enter_statement),
    "lapse": Way(step_forms.StepForm, losses.loss_lapse),
    "to_legal": Way(loss_forms.ConsideredForm, losses.loss_to_legal),
    "legal_agree": Way(loss_forms.LegalForm, losses.loss_legal_agree),
    "legal_return": Way(step_forms.ReasonForm, plain_step("legal_return")),
    "discuss": Way(loss_forms.DiscussionForm, losses.loss_discuss),
    "return_for_more": Way(step_forms.ReasonForm, plain_step("return_for_more")),
    "decide": Way(loss_forms.LossDecisionForm, losses.loss_decide),
    "decide_not": Way(step_forms.FailedDecisionForm, losses.loss_decide_not),
    "serve": Way(loss_forms.ServeForm, losses.loss_serve),
    "drop": Way(step_forms.ReasonForm, plain_step("drop")),
}
WAYS["enter_withdrawal"] = CHANGE_WAYS["enter_withdrawal"] = ACCEPTANCE_WAYS["enter_withdrawal"]
WAYS_OF: dict[str, dict[str, Way]] = {
    CaseKind.APPLICATION: WAYS,
    CaseKind.ACCEPTANCE: ACCEPTANCE_WAYS,
    CaseKind.LOSS: LOSS_WAYS,
    CaseKind.CHANGE: CHANGE_WAYS,
}
