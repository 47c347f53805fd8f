"""补录 of city assessments that were held on paper or before the portal."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from approvals.common.enums import RecordedKind
from approvals.losses.models import RecordedAssessment
from approvals.losses.rules import may_check_recorded
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store


@transaction.atomic
def record_assessment(
    *,
    district: District,
    by: User,
    kind: str,
    concluded_on: dt.date,
    passed: bool,
    source: str,
    document: "UploadedFile[Any] | None" = None,
) -> RecordedAssessment:
    """Store one assessment with its source; city's officer only, one per kind and day. It counts once another person has checked it."""
    NotAllowed.unless(posts_of(by).has(Role.CITY_OFFICER), "市级评估结论由市级经办补录")
    if concluded_on > clock.today():
        raise Refused([Refusal("结论日期不能晚于今天", field="concluded_on")])
    if not source.strip():
        raise Refused([Refusal("请写明出处", field="source")])
    kept = RecordedAssessment(
        district=district,
        kind=RecordedKind(kind),
        concluded_on=concluded_on,
        passed=passed,
        source=fitted(RecordedAssessment, "source", source.strip()),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise Refused([Refusal("这一天的同类评估已经补录", field="concluded_on")]) from error
    if document:
        kept.document = store(owner=kept, upload=document, kind="评估结论", title=f"{kept}结论", by=by)
        kept.save(update_fields=["document"])
    audit.record(action="approvals.record_assessment", by=by, obj=kept, data={"passed": passed, "source": kept.source})
    return kept


def _held(assessment: RecordedAssessment, by: User) -> RecordedAssessment:
    held = RecordedAssessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    Refused.when(held.checked_at or held.returned_at, "这一补录已经核对或者退回")
    NotAllowed.unless(may_check_recorded(by, held), "补录的评估结论由市级的另一人核对，补录人不能核对自己的补录")
    return held


@transaction.atomic
def check_assessment(*, assessment: RecordedAssessment, by: User) -> RecordedAssessment:
    """Check a recorded assessment as somebody else than who recorded it: from now on it counts. Raises ``NotAllowed``, ``Refused``."""
    held = _held(assessment, by)
    held.checked_at, held.checked_by = clock.now(), by
    held.save()
    audit.record(action="approvals.check_assessment", by=by, obj=held, data={"passed": held.passed, "source": held.source})
    return held


@transaction.atomic
def return_assessment(*, assessment: RecordedAssessment, reason: str, by: User) -> RecordedAssessment:
    """Send an unchecked assessment back; it stays on record and its day is free again. Raises ``NotAllowed``, ``Refused``."""
    held = _held(assessment, by)
    if not reason.strip():
        raise Refused([Refusal("请写明理由", field="reason")])
    held.returned_at, held.returned_by, held.return_reason = clock.now(), by, fitted(RecordedAssessment, "return_reason", reason.strip())
    held.save()
    audit.record(action="approvals.return_assessment", by=by, obj=held, data={"reason": held.return_reason})
    return held
