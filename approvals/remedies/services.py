"""Recording a reconsideration or suit, and what follows from its stay and outcome."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from approvals.cases.models.cases import Case
from approvals.cases.rules import may_announce
from approvals.remedies.selectors import ended_title, remediable
from approvals.titles.models.remedies import Remedy
from approvals.titles.services import undoing
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event


@transaction.atomic
def record_remedy(*, case: Case, by: User, kind: str, body: str, number: str, filed_on: dt.date, served_on: dt.date) -> Remedy:
    """Record what was served on the city.

    Raises ``NotAllowed``, ``Refused`` with what stands against it and while one of the kind is open.
    """
    NotAllowed.unless(may_announce(by), "行政复议和行政诉讼由市级经办登记")
    if found := _against(case, filed_on, served_on):
        raise Refused(found)
    values = {"kind": kind, "body": body.strip(), "number": number.strip(), "filed_on": filed_on, "served_on": served_on}
    try:
        with transaction.atomic():
            made = Remedy.objects.create(case=case, recorded_at=clock.now(), recorded_by=by, **values)
    except IntegrityError as error:
        msg = "这个案号已经登记，或者同一类别还有一件在审理"
        raise Refused(msg) from error
    audit.record(action="remedy.record", by=by, obj=made, data={"case": case.number, "kind": kind, "number": made.number})
    notify_event(made, BEGUN, by)
    return made


def _against(case: Case, filed_on: dt.date, served_on: dt.date) -> list[Refusal]:
    found = []
    if not remediable(case):
        found.append(Refusal("这件办件尚未作出决定"))
    if case.decided_on is not None and filed_on < case.decided_on:
        found.append(Refusal("申请或者起诉日期不能早于决定日期", field="filed_on"))
    if served_on < filed_on:
        found.append(Refusal("收到副本日期不能早于申请或者起诉日期", field="served_on"))
    if served_on > clock.today():
        found.append(Refusal("收到副本日期不能晚于今天", field="served_on"))
    return found


def on_reply(taken: Taken) -> None:
    """Number and day of the reply."""
    taken.obj.reply_number, taken.obj.replied_on = taken.values["number"].strip(), taken.values["on"]


def on_stay(taken: Taken) -> None:
    """The decision is not carried out from this day on; an ended title says so."""
    remedy = taken.obj
    remedy.stay_number, remedy.stay_ground = taken.values["number"].strip(), taken.values["ground"].strip()
    remedy.stayed_on, remedy.stay_ended_on = taken.values["on"], None
    _mark_title(remedy, taken.values["on"], taken.person)


def on_lift(taken: Taken) -> None:
    """The decision is carried out again."""
    taken.obj.stay_ended_on = taken.values["on"]
    _mark_title(taken.obj, None, taken.person)


def found(_remedy: Remedy, by: User | None, values: Values) -> dict[str, Any]:
    """The outcome, stored with the state."""
    return {
        "outcome": values["outcome"],
        "outcome_number": values["number"].strip(),
        "outcome_on": values["on"],
        "outcome_words": values["words"].strip(),
        "found_by": by,
    }


def on_find(taken: Taken) -> None:
    """Keep the paper of the outcome."""
    remedy = taken.obj
    if scan := taken.values.get("scan"):
        title = f"{remedy}结果（{remedy.outcome_number}）"
        remedy.scan = store(owner=remedy.case, upload=scan, kind="决定", title=title, by=taken.person)


def on_confirm(taken: Taken) -> None:
    """The stay ends with the outcome; one that takes the decision away gives the title back."""
    remedy, by = taken.obj, taken.person
    remedy.closed_at = clock.now()
    if remedy.is_stayed:
        remedy.stay_ended_on = max(remedy.outcome_on, remedy.stayed_on)
        _mark_title(remedy, None, by)
    title = ended_title(remedy.case) if remedy.restores else None
    if title is not None:
        reason = f"{remedy.get_kind_display()}{remedy.get_outcome_display()}，{remedy.outcome_number}"
        undoing.restore(title=title, on=remedy.outcome_on, by=by, reason=reason)


def _mark_title(remedy: Remedy, since: dt.date | None, by: User) -> None:
    title = ended_title(remedy.case)
    if title is not None:
        undoing.mark_stay(title=title, since=since, by=by, reason=f"{remedy}，{remedy.stay_number}")
