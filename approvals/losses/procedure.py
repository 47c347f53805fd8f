"""Procedure of a loss of title (取消、撤销 CX): forms, facts, effects and receivers of its steps."""

from approvals.applications.forms.steps import FailedDecisionForm, RequiredReasonForm, StepOpinionForm
from approvals.cases.procedure import (
    EVERYBODY,
    PAPER_FACTS,
    PARTIES,
    REMINDED,
    case_event,
    case_step,
    event_words,
    informed_words,
    lock_case,
    words,
)
from approvals.cases.services.decisions import record_and_freeze
from approvals.losses import forms
from approvals.losses.facts import LOSS_FACTS
from approvals.losses.lifecycle import LOSS
from approvals.losses.services import losses
from approvals.requests.services.requests import entered_for
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Procedure

LOSS_STEPS = Procedure(
    machine=LOSS,
    lock=lock_case,
    words=words,
    informed_words=informed_words,
    facts={**LOSS_FACTS, **PAPER_FACTS},
    parties=PARTIES,
    events={
        "remind": REMINDED,
        "failures": case_event(turn=("city_officer",), words=event_words("连续{times}次评估不合格，已开立撤销称号的拟办件")),
    },
    steps={
        "to_check": case_step(
            form=StepOpinionForm, facts=("chain", "missing", "against", "papers"), effect=losses.on_file_checked, turn=("city_checker",)
        ),
        "to_tell": case_step(form=StepOpinionForm, facts=("chain", "missing", "against", "papers"), effect=losses.on_file_checked),
        "return_to_officer": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "agree": case_step(form=StepOpinionForm, facts=("missing", "against", "papers"), turn=("city_officer",)),
        "tell": case_step(
            form=forms.IntentForm,
            facts=("against", "papers"),
            effect=losses.on_tell,
            makes=("hearing_due",),
            turn=("reviewer",),
            informed=("preparer", "authority"),
            message=Message.LEGAL_NOTICE,
            informed_message=Message.LEGAL_NOTICE,
        ),
        "state": case_step(form=forms.StatementForm, facts=("on", "hearing_due"), effect=losses.on_state, turn=("city_officer",)),
        "waive": case_step(form=RequiredReasonForm, effect=losses.on_waive, turn=("city_officer",)),
        "enter_statement": case_step(
            form=forms.EnteredStatementForm,
            effect=losses.on_enter_statement,
            makes=("entry",),
            informed=("applicant",),
            reason=entered_for,
        ),
        "lapse": case_step(facts=("on", "hearing_due"), effect=losses.on_lapse, informed=("applicant",)),
        "to_legal": case_step(form=forms.ConsideredForm, facts=("against",), effect=losses.on_to_legal, turn=("city_legal",)),
        "legal_agree": case_step(form=forms.LegalForm, facts=("against", "papers"), effect=losses.on_legal_agree, turn=("city_officer",)),
        "legal_return": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "discuss": case_step(form=forms.DiscussionForm, facts=("papers",), effect=losses.on_discuss, turn=("city_director",)),
        "return_for_more": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "decide": case_step(
            form=forms.LossDecisionForm,
            facts=("against",),
            as_of="decided_on",
            effect=losses.on_decide,
            makes=("dossier",),
            turn=("city_officer",),
        ),
        "decide_not": case_step(
            form=FailedDecisionForm,
            effect=record_and_freeze,
            makes=("dossier",),
            informed=(*EVERYBODY, "city_officer"),
            informed_message=Message.LEGAL_NOTICE,
        ),
        "serve": case_step(
            form=forms.ServeForm,
            facts=("papers",),
            effect=losses.on_serve,
            turn=("city_officer",),
            informed=EVERYBODY,
            informed_message=Message.LEGAL_NOTICE,
        ),
        "announce": case_step(facts=("batch",), informed=EVERYBODY, informed_message=Message.ANNOUNCED),
        "drop": case_step(form=RequiredReasonForm, informed=("applicant",)),
    },
)
