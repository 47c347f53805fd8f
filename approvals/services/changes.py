"""变更: drafting, the frozen comparison, and the decision that applies the change in its own transaction."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.changes import Applying, change_kind
from approvals.enums import CaseKind, DossierStep
from approvals.models import CLOSED_STATES, Case, Change
from approvals.rules import came_on_paper, may_edit_case
from approvals.selectors.changes import against_change, change_facts
from approvals.selectors.standing import standing_of
from approvals.services.decisions import freeze
from approvals.services.handling import drop_consultations
from approvals.services.steps import locked, move, record_decision, touch
from approvals.services.telling import people, tell_of
from districts.models import District
from districts.rules import is_preparer
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.numbers import next_number
from greendistrict.notifications.enums import Message

WHO_EDITS = "变更内容由申报主体的填报人在提交前填写；书面来件由市级经办代填"


@transaction.atomic
def start_change(*, district: District, kind: str, by: User, entered: bool = False) -> Case:
    """Open a draft of one kind for the district, by its preparer; ``entered``: by the officer from paper, in the city's sight at once.

    Raises ``NotAllowed``, ``Refused`` (closed to the district, one is open already).
    """
    district = District.objects.select_for_update(of=("self",)).get(pk=district.pk)
    if not (entered or is_preparer(by, district)) or district.applicant is None:
        msg = "变更由申报主体的填报人提出"
        raise NotAllowed(msg)
    if not change_kind(kind).open_to(district):
        msg = f"这个城区现在不能办理“{change_kind(kind).label}”"
        raise Refused(msg)
    if Case.objects.filter(district=district, kind=CaseKind.CHANGE).exclude(status__in=CLOSED_STATES).exists():
        msg = "这个城区已有变更在办，一次只能办一件"
        raise Refused(msg)
    now = clock.now()
    case = Case.objects.create(
        kind=CaseKind.CHANGE,
        district=district,
        applicant=district.applicant,
        created_at=now,
        created_by=by,
        sent_at=now if entered else None,
    )
    Change.objects.create(case=case, kind=kind)
    audit.record(action="change.start", by=by, obj=case, data={"kind": kind})
    return case


@transaction.atomic
def save_change(*, case: Case, by: User, values: Mapping[str, Any], reason: str, version: int | None = None) -> Case:
    """Keep what was typed; nothing is checked but who and when."""
    case = locked(case, version)
    if not may_edit_case(by, case):
        raise NotAllowed(WHO_EDITS)
    change = case.change
    change.values, change.reason = dict(values), reason.strip()[:2000]
    change.save(update_fields=["values", "reason"])
    touch(case)
    return case


def rehearse(case: Case, *, by: User) -> list[dict[str, str]]:
    """Effects on gates and scores: apply the change, look again, take everything back. Empty when it cannot be applied."""
    kind, change, today = change_kind(case.change.kind), case.change, clock.today()
    if against_change(change):
        return []
    try:
        with transaction.atomic():
            district = District.objects.select_for_update(of=("self",)).get(pk=case.district_id)
            before = standing_of(district, today)
            more = [line.plain() for line in kind.effects(district, change.values)]
            kind.apply(Applying(district, change.values, case, change.reason, by))
            after = standing_of(District.objects.get(pk=district.pk), today)
            transaction.set_rollback(True)
    except Refused:
        return []
    return [_line(what, before, after) for what in {**before, **after} if before.get(what) != after.get(what)] + more


def _line(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    return {"what": what, "before": before.get(what, "不核对"), "after": after.get(what, "不再核对")}


@transaction.atomic
def change_hand_up(*, case: Case, by: User, version: int | None = None) -> Case:
    """提交审核: the preparer hands the draft to the signer."""
    case = locked(case, version)
    case.handed_by = by
    touch(case, "handed_by")
    move(case, "hand_up", by, facts=change_facts(case))
    return case


@transaction.atomic
def change_sign(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """签发并提交: comparison and effects are frozen, the number is given (kept when submitted again)."""
    return change_sign_as("sign", case=locked(case, version), by=by, reason=reason)


def change_sign_as(action: str, *, case: Case, by: User, reason: str) -> Case:
    """What signing does, by the signer or entered for it from paper; needs the locked case."""
    now = clock.now()
    move(case, action, by, facts=change_facts(case), reason=reason)
    change = case.change
    change.lines = [line.plain() for line in change_kind(change.kind).lines(case.district, change.values)]
    change.effects = rehearse(case, by=by)
    change.save(update_fields=["lines", "effects"])
    case.number = case.number or next_number(case.kind, now.year)
    case.submitted_at = case.sent_at = now
    touch(case, "number", "submitted_at", "sent_at")
    return case


@transaction.atomic
def change_drop_entered(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """作废代录: the officer throws away a draft that came on paper."""
    case = locked(case, version)
    move(case, "drop_entered", by, facts=change_facts(case), reason=reason)
    told = people(case, "preparer", "signer")
    tell_of(case, told, key=f"dropped:{case.pk}", words="代录已作废", body=f"理由：{reason.strip()}", kind=Message.CASE_MOVED)
    return case


def _back(case: Case, action: str, by: User, reason: str) -> Case:
    """Back to the draft: nobody else's to see until it is submitted again, but what came on paper; the number stays."""
    move(case, action, by, reason=reason)
    drop_consultations(case)
    case.submitted_at = case.accepted_at = None
    if not came_on_paper(case):
        case.sent_at = None
    touch(case, "submitted_at", "sent_at", "accepted_at")
    return case


@transaction.atomic
def change_recall(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """撤回修改 before the city has checked it."""
    return _back(locked(case, version), "recall", by, reason)


@transaction.atomic
def change_return(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """退回修改: the officer wants something mended."""
    return _back(locked(case, version), "return_change", by, reason)


@transaction.atomic
def change_to_check(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """提交审核: the officer has checked and passes it on."""
    case, now = locked(case, version), clock.now()
    move(case, "to_check", by, facts=change_facts(case), reason=reason)
    case.accepted_at = case.accepted_at or now
    touch(case, "accepted_at")
    return case


@transaction.atomic
def change_agree(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """同意，报审定."""
    case = locked(case, version)
    move(case, "agree", by, facts=change_facts(case), reason=reason)
    return case


@transaction.atomic
def change_decide(
    *, case: Case, by: User, number: str, decided_on: dt.date, scan: "UploadedFile[Any] | None" = None, version: int | None = None
) -> Case:
    """审定同意变更: the decision is recorded and the change applied, both or neither."""
    return _decided("decide", case=case, by=by, number=number, decided_on=decided_on, scan=scan, version=version)


@transaction.atomic
def change_approve(
    *, case: Case, by: User, number: str, decided_on: dt.date, scan: "UploadedFile[Any] | None" = None, version: int | None = None
) -> Case:
    """同意变更 by 审核, where the settings' chain ends there; as ``change_decide``."""
    return _decided("approve", case=case, by=by, number=number, decided_on=decided_on, scan=scan, version=version)


def _decided(action: str, *, case: Case, by: User, version: int | None, **decision: Any) -> Case:
    case = locked(case, version)
    record_decision(case, by=by, **decision)
    change, settled = case.change, rehearse(case, by=by)
    move(case, action, by, facts=change_facts(case), payload={"step": "decide"})
    district = District.objects.select_for_update(of=("self",)).get(pk=case.district_id)
    change.result = change_kind(change.kind).apply(Applying(district, change.values, case, change.reason, by))[:300]
    change.applied_at, change.settled = clock.now(), settled
    change.save(update_fields=["result", "applied_at", "settled"])
    audit.record(action="change.apply", by=by, obj=case, data={"kind": change.kind, "lines": change.lines, "result": change.result})
    freeze(case=case, step=DossierStep.DECISION, by=by)
    return case


@transaction.atomic
def change_refuse(
    *,
    case: Case,
    by: User,
    number: str,
    decided_on: dt.date,
    reason: str,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """审定不同意 with reason; nothing changes."""
    case = locked(case, version)
    record_decision(case, by=by, number=number, decided_on=decided_on, scan=scan)
    case.change.settled = rehearse(case, by=by)
    case.change.save(update_fields=["settled"])
    move(case, "refuse", by, reason=reason, payload={"step": "decide"})
    freeze(case=case, step=DossierStep.DECISION, by=by)
    return case
