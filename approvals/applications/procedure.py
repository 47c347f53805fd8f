"""Procedure of a pilot application (试点申报 SQ), including the steps shared with acceptances: forms, effects, receivers."""

from collections.abc import Mapping
from functools import partial

from django.urls import reverse

from approvals.applications.facts import APPLICATION_FACTS
from approvals.applications.forms import (
    CorrectionForm,
    DecisionForm,
    EnteredAnswersForm,
    FailedDecisionForm,
    RecheckForm,
    RequiredReasonForm,
    StepOpinionForm,
)
from approvals.applications.lifecycle import APPLICATION
from approvals.applications.services import cases
from approvals.cases.enums import Deed
from approvals.cases.procedure import (
    ANNOUNCED_ON,
    DECIDES,
    ENTERED,
    EVERYBODY,
    OBJECTION,
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
from approvals.consultations.procedure import CONSULTATION_EVENTS, CONSULTED
from approvals.requests.forms import EnteredWithdrawalForm, ProxyEntryForm
from approvals.requests.services import entered_for, withdrawn_for
from approvals.titles.services import notices
from approvals.titles.views import NoticeForm
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Procedure, Step, Taken

DECIDED = (*EVERYBODY, "city_officer")
CITY = ("city_officer", "secretariat")
WITHDRAWN = ("authority", *CITY)
noticed = partial(case_step, informed=EVERYBODY, message=Message.NOTICE_OPENED, informed_message=Message.NOTICE_OPENED)
announced = case_step(facts=("batch",), ends="公告", own_day=ANNOUNCED_ON, informed=EVERYBODY, informed_message=Message.ANNOUNCED)
to_officer = case_step(form=RequiredReasonForm, turn=("city_officer",))
decision = partial(case_step, form=DecisionForm, as_of="decided_on", effect=record_and_freeze, makes=("dossier",), ends="审定", **DECIDES)
failed = partial(decision, form=FailedDecisionForm, informed=DECIDED, informed_message=Message.LEGAL_NOTICE)


def alike(filing: str, review: str) -> Mapping[str, Step]:
    """Steps shared by applications and acceptances.

    ``filing`` is the policy step whose rules must hold at submission, ``review`` the phase that the conclusion of the panel ends.
    """
    filed = partial(case_step, facts=("table", filing, "papers"))
    closing = partial(case_step, ends="公示", deed=Deed.CLOSES_NOTICE, facts=("chain", "notice", "on"), effect=notices.on_close_notice)
    back = partial(case_step, form=RequiredReasonForm, turn=("preparer",))
    return {
        "hand_up": filed(effect=cases.on_hand_up, turn=("reviewer",)),
        "discard": case_step(deed=Deed.GIVES_UP),
        "take_back": case_step(effect=cases.on_unlock),
        "return_to_preparer": back(effect=cases.on_unlock),
        "correct": case_step(
            form=CorrectionForm,
            facts=("rounds",),
            effect=cases.on_correct,
            makes=("correction",),
            turn=("applicant",),
            informed=("authority",),
            message=Message.CORRECTION,
            informed_message=Message.CORRECTION,
        ),
        "refuse": case_step(form=RequiredReasonForm, informed=EVERYBODY, informed_message=Message.LEGAL_NOTICE),
        "answer": case_step(
            facts=("findings", "table", filing, "papers"), effect=cases.on_answer, makes=("submission",), turn=("city_officer",)
        ),
        "review_concluded": case_step(
            ends=review, effect=cases.on_concluded, makes=("opinions",), turn=("city_officer",), informed=("applicant",)
        ),
        "review_revise": case_step(effect=cases.on_revise, makes=("opinions",), turn=("applicant",), informed=("city_officer",)),
        "resubmit": filed(deed=Deed.SENDS_AGAIN, effect=cases.on_resubmit, makes=("submission",), turn=CITY),
        "recheck": case_step(
            form=RecheckForm, facts=("conclusion",), effect=cases.on_recheck, reason=lambda values, _typed: str(values.get("note") or "")
        ),
        "close_notice": closing(turn=("city_checker",)),
        "close_notice_to_decide": closing(turn=("city_director",)),
        "return_to_officer": to_officer,
        "return_for_more": to_officer,
        "announce": announced,
        "enter_answer": filed(
            form=EnteredAnswersForm,
            effect=cases.on_enter_answer,
            makes=("submission", "entry"),
            informed=("applicant",),
            reason=entered_for,
        ),
    }


withdrawn = partial(
    case_step,
    deed=Deed.GIVES_UP,
    form=EnteredWithdrawalForm,
    effect=cases.on_enter_withdrawal,
    makes=("entry",),
    informed=(*EVERYBODY, "secretariat"),
    reason=withdrawn_for,
)


def _questions(taken: Taken) -> str:
    return reverse("approvals:case_questions", args=[taken.obj.pk])


REVIEW_EVENTS = {
    "remind": REMINDED,
    "objection": OBJECTION,
    "ask_questions": case_event(turn=("applicant",), words=event_words("预评审提出{count}个问题", _questions)),
    "answer_questions": case_event(turn=CITY, words=event_words("预评审问题已全部答复", _questions)),
    **CONSULTATION_EVENTS,
}

APPLICATION_STEPS = Procedure(
    machine=APPLICATION,
    lock=lock_case,
    words=words,
    informed_words=informed_words,
    facts={**APPLICATION_FACTS, **PAPER_FACTS},
    parties={**PARTIES, **CONSULTED},
    events={"enter": ENTERED, **REVIEW_EVENTS},
    steps={
        **alike("file", "专家技术审查"),
        "sign": case_step(
            ends="申报",
            deed=Deed.SENDS,
            form=StepOpinionForm,
            facts=("table", "file", "papers"),
            effect=cases.on_sign,
            makes=("number", "submission"),
            turn=("authority",),
        ),
        "send_up": case_step(
            ends="区政府批复",
            deed=Deed.SENDS,
            form=StepOpinionForm,
            facts=("endorsement",),
            effect=cases.on_send_up,
            turn=("city_officer",),
            informed=("applicant",),
        ),
        "send_back": case_step(
            deed=Deed.GIVES_UP, form=RequiredReasonForm, effect=cases.on_send_back, turn=("preparer",), informed=("reviewer",)
        ),
        "recall": case_step(
            deed=Deed.GIVES_UP,
            form=RequiredReasonForm,
            effect=cases.on_recall,
            turn=("preparer",),
            informed=("authority", "city_officer"),
            by_source={"endorsing": (("preparer",), ("authority",))},  # the city cannot see the case yet
        ),
        "accept": case_step(
            ends="受理",
            deed=Deed.ACCEPTS,
            form=StepOpinionForm,
            facts=("accept",),
            effect=cases.on_accept,
            makes=("letter",),
            turn=("secretariat",),
            informed=EVERYBODY,
        ),
        "open_review": case_step(
            ends="形式审查",
            facts=("form_review", "questions"),
            effect=cases.on_open_review,
            makes=("review",),
            turn=("secretariat",),
            informed=("applicant",),
        ),
        "open_notice": noticed(
            form=NoticeForm, facts=("conclusion", "opinions", "notice"), effect=notices.on_open_notice, makes=("notice",)
        ),
        "to_check": case_step(form=StepOpinionForm, facts=("chain", "conclusion", "notice", "opinions"), turn=("city_checker",)),
        "to_decide": case_step(form=StepOpinionForm, facts=("chain", "conclusion", "notice", "opinions"), turn=("city_director",)),
        "to_legal_at_once": case_step(form=StepOpinionForm, facts=("chain", "conclusion"), turn=("city_legal",)),
        "agree": case_step(form=StepOpinionForm, facts=("conclusion",), turn=("city_director",)),
        "to_legal": case_step(form=StepOpinionForm, facts=("conclusion",), turn=("city_legal",)),
        "legal_agree": case_step(form=RequiredReasonForm, turn=("city_director",)),
        "legal_return": to_officer,
        "decide": decision(facts=("conclusion", "opinions", "grant"), turn=("city_officer",), informed=EVERYBODY),
        "decide_failed": failed(),
        "withdraw": case_step(
            deed=Deed.GIVES_UP,
            form=RequiredReasonForm,
            effect=cases.on_withdraw,
            informed=WITHDRAWN,
            by_source={"endorsing": ((), ("authority",))},
        ),
        "enter_sign": case_step(
            ends="申报",
            deed=Deed.SENDS,
            form=ProxyEntryForm,
            facts=("table", "file", "papers"),
            effect=cases.on_enter_sign,
            makes=("number", "submission", "entry"),
            turn=("authority",),
            informed=("applicant",),
            reason=entered_for,
        ),
        "enter_send_up": case_step(
            ends="区政府批复",
            deed=Deed.SENDS,
            form=ProxyEntryForm,
            facts=("endorsement",),
            effect=cases.on_enter_send_up,
            makes=("entry",),
            informed=EVERYBODY,
            reason=entered_for,
        ),
        "enter_withdrawal": withdrawn(by_source={"endorsing": ((), EVERYBODY)}),
    },
)
