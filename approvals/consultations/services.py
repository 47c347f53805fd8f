"""Consult partner departments about a case: ask, record answers, cancel. The obligation ``consult_reply`` sends the reminders."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.cases.enums import WITH_OFFICER
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_officer, may_answer_consultation
from approvals.cases.services import held, touch
from approvals.common.enums import CaseKind
from approvals.consultations.guards import against_asking
from approvals.consultations.models import CONSULTED, UNANSWERED, Consultation, OpinionKind
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import move_later
from greendistrict.documents.services import store
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import Taken, notify_event, take


@transaction.atomic
def consult(*, case: Case, departments: Sequence[Organisation], question: str, by: User, version: int | None = None) -> list[Consultation]:
    """征询部门意见: ask all given departments at once; the due date follows the setting ``consult_days``.

    For a change that the officer is checking this is a step. Raises ``NotAllowed`` for anybody but the officer, ``Refused`` before
    receipt, after the decision, without departments, or if a department is being consulted already.
    """
    before = set(case.consultations.values_list("pk", flat=True))
    if case.kind == CaseKind.CHANGE and case.status in WITH_OFFICER:
        seen = case.version if version is None else version
        take(obj=case, action="consult", by=by, version=seen, values={"departments": list(departments), "question": question})
    else:
        case = held(case, version)
        NotAllowed.unless(is_officer(posts_of(by), case), "部门意见由市级经办征询")
        Refused.unless(may_consult(case), "受理以后、审定以前征询部门意见")
        if found := list(against_asking(case, departments, question)):
            raise Refused(found)
        ask(case, departments, question, by)
        touch(case)
    return list(case.consultations.exclude(pk__in=before))


def on_consult(taken: Taken) -> None:
    """征询部门意见 as a step of a change, which makes the change visible to the departments."""
    taken.obj.accepted_at = taken.obj.accepted_at or clock.now()
    ask(taken.obj, taken.values["departments"], taken.values["question"], taken.person)


def ask(case: Case, departments: Sequence[Organisation], question: str, by: User) -> None:
    """Ask each department, due by the setting; each is notified with a link to its own answer page."""
    now = clock.now()
    due = workdays.current().add(now.date(), parameters.load().integer("consult_days"))
    day = workdays.term_in_words(due) + parameters.default_mark("consult_days")
    audit.record(action="application.consult", by=by, obj=case, data={"departments": [body.name for body in departments]})
    for department in departments:
        given = {"department": department, "question": question.strip(), "asked_by": by, "asked_at": now, "due": due}
        consultation = Consultation.objects.create(case=case, **given)
        words = f"{consultation.question}（{day}前答复，逾期只提醒，不视为同意）"
        _notify(consultation, "consult_department", words, by=by)


def move_answer(consultation: int, day: dt.date) -> dt.date:
    """Move the due date of an answer, by decision or by the rule on outages of the portal. Returns the previous due date."""
    return move_later(Consultation.objects.filter(pk=consultation), "due", day)


def may_consult(case: Case) -> bool:
    """Whether departments may be consulted now: on a change once submitted, on other cases once accepted."""
    return case.status in CONSULTED and (case.accepted_at is not None or (case.kind == CaseKind.CHANGE and case.status in WITH_OFFICER))


def drop_consultations(case: Case) -> None:
    """Cancel unanswered consultations because the case goes back to the applicant."""
    now = clock.now()
    for consultation in case.consultations.filter(UNANSWERED).select_related("department"):
        consultation.dropped_at = now
        consultation.save(update_fields=["dropped_at"])
        _notify(consultation, "drop_consultation", "办件已退回申报主体修改，再次提交后如需征询，另行发出。")


def _notify(one: Consultation, event: str, reason: str = "", *, by: User | None = None) -> None:
    """Send the message of an event of a consultation."""
    notify_event(one.case, event, by, mark=one.pk, reason=reason, values={"consultation": one})


@transaction.atomic
def answer_consultation(
    *, consultation: Consultation, opinion: str, text: str, by: User, scan: "UploadedFile[Any] | None" = None
) -> Consultation:
    """Store a department's answer, given by its people or entered by the officer from a letter.

    Raises ``NotAllowed``; ``Refused`` if it was answered or is no longer awaited, for an unknown opinion, or for remarks without text.
    """
    one = (
        Consultation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case__district", "department")
        .get(pk=consultation.pk)
    )
    NotAllowed.unless(may_answer_consultation(posts_of(by), one), "由被征询的部门答复；来函由市级经办登记")
    Refused.when(one.answered_at is not None, "这次征询已经答复")
    Refused.unless(one.is_awaited, "办件已经审定、办结或退回，不再需要答复")
    if opinion not in OpinionKind.values:
        raise Refused([Refusal("请选择意见", field="opinion")])
    if opinion != OpinionKind.AGREES and not text.strip():
        raise Refused([Refusal("请写明意见", field="text")])
    entered = by.pk not in {user.pk for user in holders(Role.PARTNER, organisation_ids={one.department_id})}
    if entered and scan is None:
        raise Refused([Refusal("代为登记须附来函扫描件", field="scan")])
    if scan is not None:
        one.document = store(owner=one.case, upload=scan, kind="部门意见", title=f"{one.department.name}意见", by=by)
    one.opinion, one.text, one.answered_by, one.answered_at = opinion, text.strip(), by, clock.now()
    one.save(update_fields=["opinion", "text", "answered_by", "answered_by_principal", "answered_at", "document"])
    data = {"department": one.department.name, "opinion": opinion, "entered": entered}
    audit.record(action="application.consultation_answer", by=by, obj=one.case, data=data)
    _notify(one, "answer_consultation", by=by)
    return one
