"""Reconsiderations and suits against a reply: recorded by the officer, their outcome by the checker; a reply set aside is given anew."""

import datetime as dt
from typing import NamedTuple

from django.db import IntegrityError, transaction

from approvals.remedies.rules import outcomes_for
from approvals.titles.enums import AFTER_APPEAL, RemedyKind
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from outreach.disclosures.rules import may_close_remedy, may_reply_disclosures

CLEARED = ("outcome", "withheld", "reply", "reply_number", "replied_on", "replied_at", "replied_by", "replied_by_principal")
KEPT = {"was_outcome": "outcome", "was_withheld": "withheld", "was_reply": "reply", "was_number": "reply_number", "was_on": "replied_on"}


class ContestFiled(NamedTuple):
    """What was served on the city."""

    kind: str
    body: str
    number: str
    filed_on: dt.date
    served_on: dt.date


class ContestOutcome(NamedTuple):
    """The decision or judgment that is in force."""

    outcome: str
    number: str
    on: dt.date
    redo_by: dt.date | None = None


@transaction.atomic
def record_remedy(*, row: DisclosureRequest, by: User, filed: ContestFiled) -> DisclosureRemedy:
    """Record a reconsideration or suit against the reply. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_reply_disclosures(by), "行政复议和行政诉讼由市级经办登记")
    held = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    if found := _against_filing(held, filed):
        raise Refused(found)
    given = filed._asdict() | {"body": filed.body.strip(), "number": filed.number.strip()}
    try:
        with transaction.atomic():
            made = DisclosureRemedy.objects.create(request=held, recorded_at=clock.now(), recorded_by=by, **given)
    except IntegrityError as error:
        msg = "这个案号已经登记，或者还有一件没有结果"
        raise Refused(msg) from error
    audit.record(action="outreach.contest_reply", by=by, obj=held, data={"kind": made.kind, "number": made.number})
    return made


def _against_filing(row: DisclosureRequest, filed: ContestFiled) -> list[Refusal]:
    found = []
    if row.replied_on is None:
        found.append(Refusal("这件申请尚未答复"))
    elif filed.filed_on < row.replied_on:
        found.append(Refusal("申请或者起诉日期不能早于答复日期", field="filed_on"))
    if filed.served_on < filed.filed_on:
        found.append(Refusal("收到副本日期不能早于申请或者起诉日期", field="served_on"))
    if filed.served_on > clock.today():
        found.append(Refusal("收到副本日期不能晚于今天", field="served_on"))
    return found


@transaction.atomic
def close_remedy(*, remedy: DisclosureRemedy, by: User, result: ContestOutcome) -> DisclosureRemedy:
    """Record the outcome; a reply that is set aside is kept here and the request waits for another. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_close_remedy(by), "结果由市级审核登记")
    row = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=remedy.request_id)
    held = DisclosureRemedy.objects.select_for_update(no_key=True).get(pk=remedy.pk)
    Refused.when(held.closed_at is not None, "已经登记结果")
    NotAllowed.when(held.recorded_by_id == by.pk, "登记和核对结果须为两人")
    if found := _against_outcome(held, result):
        raise Refused(found)
    held.outcome, held.outcome_number, held.outcome_on = result.outcome, result.number.strip(), result.on
    held.closed_at, held.closed_by = clock.now(), by
    if held.sets_aside:
        for name, source in KEPT.items():
            setattr(held, name, getattr(row, source))
        _open_again(row, result)
    held.save()
    data = {"outcome": held.outcome, "number": held.outcome_number, "reply": held.was_number}
    audit.record(action="outreach.close_contest", by=by, obj=row, data=data)
    return held


def _open_again(row: DisclosureRequest, result: ContestOutcome) -> None:
    row.outcome, row.withheld, row.reply, row.reply_number = "", "", "", ""
    row.replied_on, row.replied_at, row.replied_by = None, None, None
    row.redo_from, row.redo_by = result.on, result.redo_by
    row.save(update_fields=[*CLEARED, "redo_from", "redo_by"])


def _against_outcome(remedy: DisclosureRemedy, result: ContestOutcome) -> list[Refusal]:
    found = []
    if result.outcome not in outcomes_for(remedy.kind) or (result.outcome in AFTER_APPEAL and remedy.kind != RemedyKind.APPEAL):
        found.append(Refusal("请选择结果", field="outcome"))
    if not result.number.strip():
        found.append(Refusal("请填写结果文书文号", field="number"))
    if result.on > clock.today() or result.on < remedy.filed_on:
        found.append(Refusal("生效日期应在申请或者起诉之日至今天之间", field="on"))
    if result.redo_by is not None and result.redo_by < result.on:
        found.append(Refusal("重新答复的期限不能早于生效日期", field="redo_by"))
    return found


def consequence_of(remedy: DisclosureRemedy) -> str:
    """What the outcome does to the reply, in a sentence; empty before there is one."""
    if remedy.outcome_on is None:
        return ""
    if not remedy.sets_aside:
        return "原答复继续有效"
    return f"原答复（{remedy.was_number}）自{day_in_words(remedy.outcome_on)}起不再有效，重新答复"
