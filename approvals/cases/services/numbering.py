"""登记决定文号: enter the number that the office assigned after the decision. A wrong number is corrected as a 更正."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.cases.document_numbers import number_taken
from approvals.cases.models.cases import Case, CaseDocument
from approvals.cases.rules import is_officer
from approvals.cases.selectors.numbering import waits_for_number
from approvals.cases.services.decisions import freeze
from approvals.cases.services.locking import held, touch
from approvals.common.enums import CaseKind, DossierStep
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store


@transaction.atomic
def enter_number(*, case: Case, by: User, number: str, scan: "UploadedFile[Any] | None" = None, version: int | None = None) -> Case:
    """Store the decision's number, and the scan if none is stored yet; person and time are recorded.

    Raises ``NotAllowed`` for anybody but the officer, ``Refused`` if there is no decision, it has a number,
    or another paper has that number.
    """
    case = held(case, version)
    NotAllowed.unless(is_officer(posts_of(by), case), "决定文号由市级经办登记")
    Refused.unless(waits_for_number(case), "这个办件没有待登记的决定文号；登记有误的，办理更正")
    wanted = fitted(case, "decision_number", number.strip())
    if found := ("" if wanted else "请填写决定文号") or number_taken(wanted, case):
        raise Refused([Refusal(found, field="number")])
    case.decision_number = wanted
    if scan is not None and case.decision_scan is None:
        case.decision_scan = store(owner=case, upload=scan, kind="决定", title=f"决定 {wanted}", by=by)
        if case.kind == CaseKind.LOSS:
            CaseDocument.objects.create(case=case, slot="decision", document=case.decision_scan)
    touch(case, "decision_number", "decision_scan")
    audit.record(action="decision.number", by=by, obj=case, data={"number": wanted})
    if case.decision_records.exists():
        freeze(case=case, step=DossierStep.NUMBER, by=by)
    return case
