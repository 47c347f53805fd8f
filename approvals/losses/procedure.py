"""Procedure of a loss of title (取消、撤销 CX): forms, facts, effects and receivers of its steps."""

from approvals.applications.forms import FailedDecisionForm, RequiredReasonForm, StepOpinionForm
from approvals.cases.enums import Deed
from approvals.cases.procedure import (
    ANNOUNCED_ON,
    DECIDES,
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
from approvals.cases.services import record_and_freeze
from approvals.losses import forms
from approvals.losses import services as losses
from approvals.losses.city_assessments import LOSS_FACTS
from approvals.losses.lifecycle import LOSS
from approvals.requests.services import entered_for
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
        "to_tell": case_step(
            ends="拟办", form=StepOpinionForm, facts=("chain", "missing", "against", "papers"), effect=losses.on_file_checked
        ),
        "return_to_officer": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "agree": case_step(ends="拟办", form=StepOpinionForm, facts=("missing", "against", "papers"), turn=("city_officer",)),
        "tell": case_step(
            ends="事先告知",
            ends_outside="事先告知",
            own_day="loss__intent_served_on",
            deed=Deed.TELLS,
            form=forms.IntentForm,
            facts=("against", "papers", "open_terms"),
            effect=losses.on_tell,
            makes=("hearing_due",),
            turn=("reviewer",),
            informed=("preparer", "authority"),
            message=Message.LEGAL_NOTICE,
            informed_message=Message.LEGAL_NOTICE,
        ),
        "state": case_step(
            ends_outside="陈述申辩",
            deed=Deed.STATES,
            form=forms.StatementForm,
            facts=("on", "hearing_due", "open_terms"),
            effect=losses.on_state,
            turn=("city_officer",),
        ),
        "waive": case_step(
            ends_outside="陈述申辩", deed=Deed.STATES, form=RequiredReasonForm, effect=losses.on_waive, turn=("city_officer",)
        ),
        "enter_statement": case_step(
            ends_outside="陈述申辩",
            own_day="loss__statement_on",
            deed=Deed.STATES,
            form=forms.EnteredStatementForm,
            effect=losses.on_enter_statement,
            makes=("entry",),
            informed=("applicant",),
            reason=entered_for,
        ),
        "lapse": case_step(
            ends_outside="陈述申辩", facts=("on", "hearing_due", "open_terms"), effect=losses.on_lapse, informed=("applicant",)
        ),
        "to_legal": case_step(
            ends="陈述申辩", form=forms.ConsideredForm, facts=("against",), effect=losses.on_to_legal, turn=("city_legal",)
        ),
        "legal_agree": case_step(
            ends="法制审核", form=forms.LegalForm, facts=("against", "papers"), effect=losses.on_legal_agree, turn=("city_officer",)
        ),
        "legal_return": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "discuss": case_step(
            ends="集体讨论", form=forms.DiscussionForm, facts=("papers",), effect=losses.on_discuss, turn=("city_director",)
        ),
        "return_for_more": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "decide": case_step(
            ends="审定",
            **DECIDES,
            form=forms.LossDecisionForm,
            facts=("against",),
            as_of="decided_on",
            effect=losses.on_decide,
            makes=("dossier",),
            turn=("city_officer",),
        ),
        "decide_not": case_step(
            ends="审定",
            **DECIDES,
            form=FailedDecisionForm,
            effect=record_and_freeze,
            makes=("dossier",),
            informed=(*EVERYBODY, "city_officer"),
            informed_message=Message.LEGAL_NOTICE,
        ),
        "serve": case_step(
            ends="送达",
            ends_outside="审查决定",
            own_day="loss__served_on",
            form=forms.ServeForm,
            facts=("papers",),
            effect=losses.on_serve,
            turn=("city_officer",),
            informed=EVERYBODY,
            informed_message=Message.LEGAL_NOTICE,
        ),
        "announce": case_step(
            ends="公告", ends_outside="公告", own_day=ANNOUNCED_ON, facts=("batch",), informed=EVERYBODY, informed_message=Message.ANNOUNCED
        ),
        "drop": case_step(deed=Deed.GIVES_UP, form=RequiredReasonForm, informed=("applicant",)),
    },
)
