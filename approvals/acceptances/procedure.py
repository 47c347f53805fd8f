"""Procedure of a final acceptance (终期验收 YS): only the steps that differ from an application, with forms, effects and receivers."""

from approvals.acceptances.facts import ACCEPTANCE_FACTS
from approvals.acceptances.forms import VisitForm
from approvals.acceptances.lifecycle import ACCEPTANCE
from approvals.acceptances.services import on_open_review, on_open_visit, visit_words
from approvals.applications.forms import RequiredReasonForm, StepOpinionForm
from approvals.applications.procedure import CITY, REVIEW_EVENTS, WITHDRAWN, alike, decision, failed, noticed, withdrawn
from approvals.applications.services import cases
from approvals.cases.enums import Deed
from approvals.cases.procedure import EVERYBODY, PAPER_FACTS, PARTIES, case_step, informed_words, lock_case, words
from approvals.consultations.procedure import CONSULTED
from approvals.requests.forms import ProxyEntryForm
from approvals.requests.services import entered_for
from approvals.titles.services import notices
from approvals.titles.views import NoticeForm
from greendistrict.workflow.procedure import Procedure

CHECKED = ("chain", "conclude", "conclusion", "notice", "opinions")

ACCEPTANCE_STEPS = Procedure(
    machine=ACCEPTANCE,
    lock=lock_case,
    words=words,
    informed_words=informed_words,
    facts={**ACCEPTANCE_FACTS, **PAPER_FACTS},
    parties={**PARTIES, **CONSULTED},
    events=REVIEW_EVENTS,
    steps={
        **alike("request", "终期验收评审会"),
        "sign": case_step(
            ends="申请",
            deed=Deed.SENDS,
            form=StepOpinionForm,
            facts=("table", "request", "papers"),
            effect=cases.on_sign,
            makes=("number", "submission"),
            turn=("city_officer",),
            informed=("authority",),
        ),
        "recall": case_step(
            deed=Deed.GIVES_UP, form=RequiredReasonForm, effect=cases.on_recall, turn=("preparer",), informed=("city_officer", "authority")
        ),
        "accept": case_step(
            ends="受理",
            deed=Deed.ACCEPTS,
            form=StepOpinionForm,
            facts=("request",),
            effect=cases.on_accept,
            makes=("letter",),
            turn=("secretariat",),
            informed=EVERYBODY,
        ),
        "open_visit": case_step(
            ends="形式审查",
            form=VisitForm,
            facts=("form_review", "visit"),
            effect=on_open_visit,
            makes=("visit",),
            turn=CITY,
            informed=EVERYBODY,
            reason=visit_words,
        ),
        "open_review": case_step(
            ends="现场核查",
            facts=("form_review", "questions", "visit"),
            effect=on_open_review,
            makes=("review",),
            turn=("secretariat",),
            informed=("applicant",),
        ),
        "open_notice": noticed(
            form=NoticeForm,
            facts=("conclusion", "opinions", "conclude", "notice"),
            effect=notices.on_open_notice,
            makes=("notice",),
        ),
        "to_check": case_step(form=StepOpinionForm, facts=CHECKED, turn=("city_checker",)),
        "to_decide": case_step(form=StepOpinionForm, facts=CHECKED, turn=("city_director",)),
        "agree": case_step(form=StepOpinionForm, turn=("city_director",)),
        "decide": decision(facts=("conclusion", "opinions", "conclude"), turn=("city_officer",), informed=EVERYBODY),
        "decide_failed": failed(facts=("conclusion", "conclude")),
        "withdraw": case_step(deed=Deed.GIVES_UP, form=RequiredReasonForm, effect=cases.on_withdraw, informed=WITHDRAWN),
        "enter_sign": case_step(
            ends="申请",
            deed=Deed.SENDS,
            form=ProxyEntryForm,
            facts=("table", "request", "papers"),
            effect=cases.on_enter_sign,
            makes=("number", "submission", "entry"),
            informed=EVERYBODY,
            reason=entered_for,
        ),
        "enter_withdrawal": withdrawn(),
    },
)
