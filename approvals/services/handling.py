"""Beside the steps of a case: whose 批复 it needs, and what partner departments are asked."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.enums import CaseKind, EndorsementMode, OpinionKind
from approvals.models import Case, Consultation, EndorsementChoice
from approvals.models.handling import AWAITED, CONSULTED, UNANSWERED
from approvals.rules import is_officer, may_answer_consultation, may_set_mode
from approvals.services.steps import locked, move, touch
from approvals.services.telling import tell_of
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.services import store
from greendistrict.notifications.enums import Message
from greendistrict.policy import parameters

WITH_OFFICER = frozenset({"sent", "consulting"})


@transaction.atomic
def set_endorsement_mode(*, case: Case, mode: str, reason: str, by: User, version: int | None = None) -> EndorsementChoice:
    """Fix whose 批复 the case needs: the applicant's preparer while drafting, the city's officer at receipt; person and reason stay.

    Raises ``NotAllowed``, or ``Refused`` for an unknown mode, the mode it has already, or without a reason.
    """
    case = locked(case, version)
    if not may_set_mode(by, case):
        msg = "批复方式由填报人在填报时、市级经办在受理前确认"
        raise NotAllowed(msg)
    if mode not in EndorsementMode.values:
        raise Refused([Refusal("请选择批复方式", field="mode")])
    if mode == case.endorsement_mode:
        raise Refused([Refusal("已是这一方式", field="mode")])
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    choice = EndorsementChoice.objects.create(
        case=case, before=case.endorsement_mode, mode=mode, reason=reason.strip(), by=by, at=clock.now()
    )
    case.endorsement_mode = mode
    touch(case, "endorsement_mode")
    audit.record(action="application.endorsement_mode", by=by, obj=case, data={"mode": mode, "reason": choice.reason})
    return choice


@transaction.atomic
def consult(*, case: Case, departments: Sequence[Organisation], question: str, by: User, version: int | None = None) -> list[Consultation]:
    """征询部门意见: every department at once, due by the setting ``consult_days``; silence is reminded, never consent.

    Of a change that the officer checks it is a step of its own. Raises ``NotAllowed`` for anybody but the officer, ``Refused`` before
    receipt, after the decision, without departments, or where one is asked already.
    """
    case, now = locked(case, version), clock.now()
    if not is_officer(by, case):
        msg = "部门意见由市级经办征询"
        raise NotAllowed(msg)
    if not may_consult(case):
        msg = "受理以后、审定以前征询部门意见"
        raise Refused(msg)
    if not departments or not question.strip():
        msg = "请选择部门并写明征询内容"
        raise Refused(msg)
    due = workdays.current().add(now.date(), parameters.load().integer("consult_days"))
    try:
        with transaction.atomic():
            asked = [
                Consultation.objects.create(case=case, department=body, question=question.strip(), asked_by=by, asked_at=now, due=due)
                for body in departments
            ]
    except IntegrityError as error:
        msg = "其中有部门已在征询，尚未答复"
        raise Refused(msg) from error
    audit.record(action="application.consult", by=by, obj=case, data={"departments": [body.name for body in departments]})
    _passed_on(case, asked, by)
    for one in asked:
        body = f"{one.question}（{cn_date(one.due)}前答复，逾期只提醒，不视为同意）"
        _ask(one, f"consultation:{one.pk}", "征询意见", body)
    return asked


def may_consult(case: Case) -> bool:
    """Whether departments may be asked now: of a change once it is submitted, of the others once they are accepted."""
    return case.status in CONSULTED and (case.accepted_at is not None or _at_officer(case))


def _at_officer(case: Case) -> bool:
    return case.kind == CaseKind.CHANGE and case.status in WITH_OFFICER


def _passed_on(case: Case, asked: list[Consultation], by: User) -> None:
    """A change goes into 征询部门意见, in sight of those asked; a case of another kind stays where it is."""
    if not _at_officer(case):
        touch(case)
        return
    case.accepted_at = case.accepted_at or clock.now()
    touch(case, "accepted_at")
    move(case, "consult", by, reason="、".join(one.department.name for one in asked))


def drop_consultations(case: Case) -> None:
    """Call off what departments have not answered: the case goes back to the applicant, and may come again as another."""
    now = clock.now()
    for one in case.consultations.filter(UNANSWERED).select_related("department"):
        one.dropped_at = now
        one.save(update_fields=["dropped_at"])
        receivers = holders(Role.PARTNER, organisation_ids={one.department_id})
        words, body = "部门意见不再征询", "办件已退回申报主体修改，再次提交后如需征询，另行发出。"
        page = reverse("approvals:case_list")
        tell_of(case, receivers, key=f"consultation-dropped:{one.pk}", words=words, body=body, page=page, kind=Message.CASE_MOVED)


def _ask(one: Consultation, key: str, words: str, body: str) -> None:
    receivers = holders(Role.PARTNER, organisation_ids={one.department_id})
    tell_of(one.case, receivers, key=key, words=words, body=body, page=reverse("approvals:consultation", args=[one.pk]))


@transaction.atomic
def answer_consultation(
    *, consultation: Consultation, opinion: str, text: str, by: User, scan: "UploadedFile[Any] | None" = None
) -> Consultation:
    """Keep a department's answer, given by its own people, or entered by the officer from its letter.

    Raises ``NotAllowed``; ``Refused`` when it was answered or is awaited no longer, for an unknown opinion, or for remarks without words.
    """
    one = Consultation.objects.select_for_update(of=("self",)).select_related("case__district", "department").get(pk=consultation.pk)
    if not may_answer_consultation(by, one):
        msg = "由被征询的部门答复；来函由市级经办登记"
        raise NotAllowed(msg)
    if one.answered_at is not None:
        msg = "这次征询已经答复"
        raise Refused(msg)
    if not one.is_awaited:
        msg = "办件已经审定、办结或退回，不再需要答复"
        raise Refused(msg)
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
    one.save(update_fields=["opinion", "text", "answered_by", "answered_at", "document"])
    data = {"department": one.department.name, "opinion": opinion, "entered": entered}
    audit.record(action="application.consultation_answer", by=by, obj=one.case, data=data)
    words = f"{one.department.name}已答复"
    tell_of(one.case, [one.asked_by], key=f"consultation-answer:{one.pk}", words=words, kind=Message.CASE_MOVED)
    return one


def remind_overdue(today: Any) -> int:
    """Remind departments of answers that are overdue, once a day each; silence is never taken for consent."""
    late = Consultation.objects.filter(AWAITED, due__lt=today).select_related("case__district", "department")
    for one in late:
        body = f"期限{cn_date(one.due)}。逾期只提醒，不视为同意。"
        _ask(one, f"consultation-late:{one.pk}:{today.isoformat()}", "部门意见逾期未答复", body)
    return len(late)
