"""Procedure of a change (变更 BG): forms, facts, effects and receivers of its steps."""

from functools import partial

from approvals.applications.forms import DecisionForm, FailedDecisionForm, RequiredReasonForm, StepOpinionForm
from approvals.cases.enums import Deed
from approvals.cases.procedure import (
    DECIDES,
    ENTERED,
    EVERYBODY,
    PAPER_FACTS,
    PARTIES,
    REMINDED,
    case_step,
    informed_words,
    lock_case,
    words,
)
from approvals.changes import services as changes
from approvals.changes.lifecycle import CHANGE
from approvals.changes.selectors import CHANGE_FACTS
from approvals.consultations.procedure import CONSULTATION_EVENTS, CONSULTED
from approvals.consultations.services import on_consult
from approvals.requests.forms import EnteredWithdrawalForm, ProxyEntryForm
from approvals.requests.services import entered_for, on_enter_withdrawal, withdrawn_for
from greendistrict.workflow.procedure import Party, Procedure

DECIDED = (*EVERYBODY, "city_officer")
back = partial(case_step, form=RequiredReasonForm, effect=changes.on_back, turn=("preparer",))
approve = partial(case_step, form=DecisionForm, effect=changes.on_approve, makes=("applied", "dossier"), informed=DECIDED)

CHANGE_STEPS = Procedure(
    machine=CHANGE,
    lock=lock_case,
    words=words,
    informed_words=informed_words,
    facts={**CHANGE_FACTS, **PAPER_FACTS},
    parties={**PARTIES, **CONSULTED, "departments": Party("被征询的部门", by_effect=True)},
    events={"remind": REMINDED, "enter": ENTERED, **CONSULTATION_EVENTS},
    steps={
        "hand_up": case_step(facts=("change", "papers"), effect=changes.on_hand_up, turn=("reviewer",)),
        "discard": case_step(deed=Deed.GIVES_UP),
        "drop_entered": case_step(form=RequiredReasonForm, facts=("came",), informed=("applicant",)),
        "take_back": case_step(),
        "return_to_preparer": case_step(form=RequiredReasonForm, turn=("preparer",)),
        "sign": case_step(
            ends="提出",
            deed=Deed.SENDS,
            form=StepOpinionForm,
            facts=("change", "papers"),
            effect=changes.on_sign,
            makes=("number",),
            turn=("city_officer",),
            informed=("authority",),
        ),
        "recall": back(deed=Deed.GIVES_UP, informed=("city_officer", "authority")),
        "consult": case_step(
            effect=on_consult,
            makes=("consultations",),
            turn=("departments", "city_officer"),
            informed=EVERYBODY,
            reason=lambda values, _typed: "、".join(body.name for body in values["departments"]),
        ),
        "return_change": back(informed=("reviewer", "departments")),
        "decline": case_step(form=RequiredReasonForm, informed=EVERYBODY),
        "to_check": case_step(ends="市级核对", form=StepOpinionForm, facts=("change",), effect=changes.on_to_check, turn=("city_checker",)),
        "return_to_officer": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "agree": case_step(ends="审核", form=StepOpinionForm, facts=("chain",), turn=("city_director",)),
        "approve": approve(ends="审核", facts=("chain", "change")),
        "decide": approve(ends="审定", **DECIDES, facts=("change",)),
        "refuse": case_step(form=FailedDecisionForm, effect=changes.on_refuse, makes=("dossier",), informed=DECIDED),
        "return_for_more": case_step(form=RequiredReasonForm, turn=("city_officer",)),
        "withdraw": case_step(deed=Deed.GIVES_UP, form=RequiredReasonForm, informed=("city_officer", "authority")),
        "enter_sign": case_step(
            ends="提出",
            deed=Deed.SENDS,
            form=ProxyEntryForm,
            facts=("came", "change", "papers"),
            effect=changes.on_enter_sign,
            makes=("number", "entry"),
            informed=EVERYBODY,
            reason=entered_for,
        ),
        "enter_withdrawal": case_step(
            deed=Deed.GIVES_UP,
            form=EnteredWithdrawalForm,
            effect=on_enter_withdrawal,
            makes=("entry",),
            informed=EVERYBODY,
            reason=withdrawn_for,
        ),
    },
)
