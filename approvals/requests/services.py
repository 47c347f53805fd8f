"""Requests of the parties and their decisions."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.cases.models.cases import Case, Correction, PaperEntry
from approvals.cases.rules import is_officer, is_signer
from approvals.cases.services import freeze, held, touch
from approvals.common.enums import DossierStep, WrongField
from approvals.requests.guards import against_entry
from approvals.requests.models import OPEN_EXTENSIONS, OPEN_RECTIFICATIONS, DeadlineKind, ExtensionRequest, Rectification
from approvals.requests.selectors import against_rectification, current_value, deadline_of
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.services.corrections import move_announcement, set_star
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.workdays import term_in_words
from greendistrict.documents.services import store
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event

# Apply a decided rectification to every record that holds a copy of the wrong value: case, batch, title, district.


def write(case: Case, asked: Rectification, *, by: User) -> None:
    """Replace the value wherever it is stored, and freeze the decision's dossier again; the old value is kept."""
    WRITERS[WrongField(asked.field)](case, asked.after)
    data = {"field": asked.field, "before": asked.before, "after": asked.after, "reason": asked.reason}
    audit.record(action="rectification.write", by=by, obj=case, data=data)
    if case.decision_records.exists():
        freeze(case=case, step=DossierStep.CORRECTION, by=by)


def _number(case: Case, after: str) -> None:
    case.decision_number = after
    touch(case, "decision_number")


def _decided_on(case: Case, after: str) -> None:
    case.decided_on = dt.date.fromisoformat(after)
    touch(case, "decided_on")


def _star(case: Case, after: str) -> None:
    case.star_found = int(after)
    touch(case, "star_found")
    set_star(Title.objects.filter(case=case), int(after))


def _announcement_number(case: Case, after: str) -> None:
    Announcement.objects.filter(pk=case.announcement_line.announcement_id).update(number=after)


def _announced_on(case: Case, after: str) -> None:
    move_announcement(case.announcement_line.announcement, dt.date.fromisoformat(after))


WRITERS = {
    WrongField.DECISION_NUMBER: _number,
    WrongField.DECIDED_ON: _decided_on,
    WrongField.STAR: _star,
    WrongField.ANNOUNCEMENT_NUMBER: _announcement_number,
    WrongField.ANNOUNCED_ON: _announced_on,
}


# Services of 延期申请, 更正 and 代录, apart from the steps of a case.


@dataclass(frozen=True)
class ProxyEntry:
    """How a matter entered by the officer arrived."""

    way: str
    received_on: dt.date
    on_behalf: str
    scan: "UploadedFile[Any] | None" = None
    note: str = ""


@transaction.atomic
def enter(*, case: Case, by: User, action: str, entry: ProxyEntry) -> PaperEntry:
    """代录: store scan, date of receipt and officer. A paper requires a scan, a call a note. Runs in the transaction of a step."""
    NotAllowed.unless(is_officer(posts_of(by), case), "代录由市级经办办理")
    if found := list(against_entry(entry, clock.today())):
        raise Refused(found)
    scan = store(owner=case, upload=entry.scan, kind="代录原件", title=f"代录原件 {entry.on_behalf.strip()}", by=by) if entry.scan else None
    kept = PaperEntry.objects.create(
        case=case,
        action=action,
        way=entry.way,
        received_on=entry.received_on,
        on_behalf=fitted(PaperEntry, "on_behalf", entry.on_behalf.strip()),
        scan=scan,
        note=fitted(PaperEntry, "note", entry.note.strip()),
        entered_by=by,
        entered_at=clock.now(),
    )
    audit.record(action="approvals.enter", by=by, obj=case, data={"action": action, "way": entry.way, "for": kept.on_behalf})
    return kept


def on_enter_withdrawal(taken: Taken) -> None:
    """代录撤回: store the paper with its entry."""
    enter(case=taken.obj, by=taken.person, action="withdraw", entry=taken.values["entry"])


def entered_for(values: Values, _typed: str) -> str:
    """Reason stored with an entered step: on whose behalf it was entered."""
    return f"代{values['entry'].on_behalf.strip()}登记"


def withdrawn_for(values: Values, typed: str) -> str:
    """Reason stored with an entered withdrawal. Raises ``Refused`` without one."""
    if not typed.strip():
        raise Refused([Refusal("请填写撤回理由", field="reason")])
    return f"代{values['entry'].on_behalf.strip()}：{typed.strip()}"


@transaction.atomic
def ask_extension(
    *, case: Case, by: User, until: dt.date, reason: str, entry: ProxyEntry | None = None, version: int | None = None
) -> ExtensionRequest:
    """延期申请 before the deadline ends, by the signer, or by the officer on the signer's behalf (代录).

    Raises ``NotAllowed``; ``Refused`` if no deadline is running, it has ended, the new day is not later, or a request is open already.
    """
    case = held(case, version)
    NotAllowed.unless(is_signer(posts_of(by), case) or (entry is not None and is_officer(posts_of(by), case)), "延期由申报主体的审核人申请")
    deadline = deadline_of(case)
    if deadline is None:
        msg = "这个办件现在没有可以延期的期限"
        raise Refused(msg)
    kind, due = deadline
    received = entry.received_on if entry else clock.today()
    if found := _against_extension(case, kind=kind, due=due, until=until, reason=reason, received=received):
        raise Refused(found)
    if entry is not None:
        enter(case=case, by=by, action="extension", entry=entry)
    asked = ExtensionRequest.objects.create(
        case=case, deadline=kind, was_due=due, until=until, reason=reason.strip(), asked_at=clock.now(), asked_by=by
    )
    touch(case)
    audit.record(action="extension.ask", by=by, obj=asked, data={"until": until.isoformat(), "was": due.isoformat()})
    notify_event(asked, BEGUN, by)
    return asked


def _against_extension(case: Case, *, kind: str, due: dt.date, until: dt.date, reason: str, received: dt.date) -> list[Refusal]:
    found = []
    if received > due:
        last = term_in_words(due)
        found.append(Refusal("期限已过，不能再申请延期", required=f"{last}以前提出", found="已逾期"))
    if until <= due:
        found.append(Refusal("申请延至的日期须晚于原期限", field="until"))
    if not reason.strip():
        found.append(Refusal("请填写理由", field="reason"))
    if case.extensions.filter(deadline=kind, status__in=OPEN_EXTENSIONS).exists():
        found.append(Refusal("已有延期申请在办"))
    return found


def on_refuse_extension(taken: Taken) -> None:
    """Refuse the request: the deadline stays as it is."""
    taken.obj.decided_at = clock.now()


def on_grant_extension(taken: Taken) -> None:
    """Grant the request: set the new deadline of the case."""
    taken.obj.decided_at = clock.now()
    _extend(taken.obj.case, taken.obj)


def _extend(case: Case, asked: ExtensionRequest) -> None:
    if asked.deadline == DeadlineKind.CORRECTION:
        correction = case.corrections.order_by("-round")[0]
        correction.due = asked.until
        correction.save(update_fields=["due"])
    else:
        loss = case.loss
        loss.hearing_due = asked.until
        loss.save(update_fields=["hearing_due"])
    touch(case)


def move_correction(case: int, day: dt.date) -> None:
    """Extend the open correction of the case to ``day``, by the rule on outages of the portal."""
    Correction.objects.filter(case=case, answered_at__isnull=True, due__lt=day).update(due=day)


@transaction.atomic
def propose_rectification(*, case: Case, by: User, field: str, after: str, reason: str, version: int | None = None) -> Rectification:
    """更正: the officer proposes the right value of a field; two others decide. Raises ``Refused`` with all reasons at once."""
    case = held(case, version)
    NotAllowed.unless(is_officer(posts_of(by), case), "更正由市级经办提出")
    before = current_value(case, field)
    draft = Rectification(
        case=case, field=WrongField(field), before=before, after=fitted(Rectification, "after", after.strip()), reason=reason.strip()
    )
    found = against_rectification(draft, clock.today())
    if not reason.strip():
        found.append(Refusal("请填写理由", field="reason"))
    if case.rectifications.filter(field=field, status__in=OPEN_RECTIFICATIONS).exists():
        found.append(Refusal("这一内容已有更正在办"))
    if found:
        raise Refused(found)
    draft.proposed_at, draft.proposed_by = clock.now(), by
    draft.save()
    touch(case)
    audit.record(action="rectification.propose", by=by, obj=draft, data={"field": field, "before": before, "after": draft.after})
    notify_event(draft, BEGUN, by)
    return draft


def on_rectify(taken: Taken) -> None:
    """Replace the wrong value wherever it is stored."""
    taken.obj.done_at = clock.now()
    write(taken.obj.case, taken.obj, by=taken.person)
