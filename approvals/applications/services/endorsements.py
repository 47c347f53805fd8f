"""批复 and 报送函: two documents with two dates, recorded by the designated body before it forwards the case; and which body that is."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.applications.models import EndorsementChoice
from approvals.cases.enums import CaseState
from approvals.cases.facts import endorsing_bodies
from approvals.cases.models.cases import Case, Endorsement
from approvals.cases.rules import may_record_endorsement, may_set_mode
from approvals.cases.services import held, touch
from approvals.common.enums import EndorsementMode
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store


@dataclass(frozen=True)
class EndorsementPaper:
    """One of the two documents: number, date, and scan (unless already stored)."""

    number: str = ""
    on: dt.date | None = None
    scan: "UploadedFile[Any] | None" = None


@transaction.atomic
def record_endorsement(
    *, case: Case, authority: Organisation, by: User, approval: EndorsementPaper, letter: EndorsementPaper, version: int | None = None
) -> Endorsement:
    """Save 批复 and 报送函 of one body; fields not known yet may be added later.

    Raises ``NotAllowed`` for anybody but the designated body while the case waits for it, ``Refused`` for impossible dates.
    """
    case = held(case, version)
    NotAllowed.when(
        case.status != CaseState.ENDORSING or not may_record_endorsement(posts_of(by), case), "批复和报送函由区专门机构在核报时登记"
    )
    if authority.pk not in {body.pk for body in endorsing_bodies(case)}:
        msg = f"{authority.name}不是这个城区需要登记批复的实施主体"
        raise Refused(msg)
    if found := _impossible(approval, letter):
        raise Refused(found)
    row = case.endorsements.filter(authority=authority).first() or Endorsement(case=case, authority=authority)
    row.approval_number, row.approval_on = fitted(row, "approval_number", approval.number.strip()), approval.on
    row.letter_number, row.letter_on = fitted(row, "letter_number", letter.number.strip()), letter.on
    if approval.scan is not None:
        row.approval_scan = store(owner=case, upload=approval.scan, kind="批复", title=f"{authority.name}批复", by=by)
    if letter.scan is not None:
        row.letter_scan = store(owner=case, upload=letter.scan, kind="报送函", title=f"{authority.name}报送函", by=by)
    row.recorded_by = by
    row.save()
    audit.record(action="application.endorsement", by=by, obj=case, data={"authority": authority.name, "missing": row.missing})
    touch(case)
    return row


def _impossible(approval: EndorsementPaper, letter: EndorsementPaper) -> list[Refusal]:
    today, found = clock.today(), []
    if approval.on and approval.on > today:
        found.append(Refusal("批复日期不能晚于今天", field="approval_on"))
    if letter.on and letter.on > today:
        found.append(Refusal("报送函日期不能晚于今天", field="letter_on"))
    if approval.on and letter.on and letter.on < approval.on:
        found.append(Refusal("报送函日期不能早于批复日期：经批复后报送", cite="八（一）", field="letter_on"))
    return found


@transaction.atomic
def set_endorsement_mode(*, case: Case, mode: str, reason: str, by: User, version: int | None = None) -> EndorsementChoice:
    """Set which bodies must endorse the case: by the preparer in the draft, by the officer at receipt; stores person and reason.

    Raises ``NotAllowed``, or ``Refused`` for an unknown mode, an unchanged mode, or without a reason.
    """
    case = held(case, version)
    NotAllowed.unless(may_set_mode(posts_of(by), case), "批复单位由填报人在填报时、市级经办在受理前确认")
    if mode not in EndorsementMode.values:
        raise Refused([Refusal("请选择批复单位", field="mode")])
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
