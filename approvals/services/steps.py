"""What every step of a case shares: lock and version, perform, messages to those whose turn it is."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.lifecycle import machine_of
from approvals.models import Case
from approvals.services.telling import people, tell_of
from approvals.turns import is_between_offices, turn_of
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.services import store
from greendistrict.notifications.enums import Message
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import perform

KINDS = {"correcting": Message.CORRECTION, "notice": Message.NOTICE_OPENED, "announced": Message.ANNOUNCED}


def locked(case: Case, version: int | None) -> Case:
    """Read the case under lock. Raises ``Stale`` with what is stored now when somebody was faster; needs a transaction."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("district__edition", "applicant", "table__edition", "review")
    current = rows.get(pk=case.pk)
    if version is not None and version != current.version:
        msg = "期间已有人办理或修改了这个办件，请核对最新情况后再办"
        raise Stale(msg, current=current)
    return current


def touch(case: Case, *fields: str) -> None:
    """Save the named fields and raise the version, so that forms opened before are stale."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])


def move(
    case: Case,
    action: str,
    by: User | None,
    *,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
) -> TransitionRecord:
    """Take one step and tell those concerned; what guards read of the case must have been saved before. Raises as ``perform``."""
    touch(case)
    record = perform(machine=machine_of(case), obj=case, action=action, by=by, facts=facts, reason=reason, payload=payload)
    if record.source != record.target:
        tell(case, record)
    return record


def plain_step(action: str) -> Callable[..., Case]:
    """Service of a step that only moves the case: no facts to collect, nothing to carry."""

    @transaction.atomic
    def step(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
        case = locked(case, version)
        move(case, action, by, reason=reason)
        return case

    return step


def record_decision(case: Case, *, by: User, number: str, decided_on: dt.date, scan: "UploadedFile[Any] | None") -> None:
    """Keep number, date and scan of a decision that was issued outside. Raises ``Refused`` for a date that cannot be."""
    earliest = case.review.concluded_at if case.review else None
    if decided_on > clock.today() or (earliest and decided_on < earliest.astimezone(clock.SHANGHAI).date()):
        msg = "审定日期不能晚于今天，也不能早于专家技术审查的结论"
        raise Refused(msg)
    case.decision_number, case.decided_on = number.strip()[:60], decided_on
    if scan is not None:
        case.decision_scan = store(owner=case, upload=scan, kind="决定", title=f"决定 {number}", by=by)
    touch(case, "decision_number", "decided_on", "decision_scan")


def tell(case: Case, record: TransitionRecord) -> None:
    """One message per person concerned, except to the one who acted; sent after commit, once per step."""
    waiting, informed = turn_of(case, record.target)
    if is_between_offices(record.source, record.target, record.machine):
        informed = ()
    acted = record.actor_id
    told: set[int] = set()
    for parties, is_turn in ((waiting, True), (informed, False)):
        for party in parties:
            receivers = [user for user in people(case, party) if user.pk != acted and user.pk not in told]
            told |= {user.pk for user in receivers}
            _send(case, record, receivers, is_turn=is_turn)


def _send(case: Case, record: TransitionRecord, receivers: list[User], *, is_turn: bool) -> None:
    state = machine_of(case).state(record.target)
    kind = KINDS.get(record.target) or (Message.CASE_TODO if is_turn else Message.CASE_MOVED)
    body = f"理由：{record.reason}" if record.reason else ("请登录办理" if is_turn else "")
    words = state.label if is_turn else state.public or state.label
    tell_of(case, receivers, key=f"case:{case.pk}:{record.pk}", words=words, body=body, kind=kind)
