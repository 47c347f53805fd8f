"""补录 of city assessments that were held on paper or before the portal."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from approvals.losses.enums import RecordedKind
from approvals.losses.models import RecordedAssessment
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
    document: "UploadedFile[Any] | None",
) -> RecordedAssessment:
    """Store one assessment with its source and the paper of its conclusion; city's officer only, one per kind and day.

    It counts once another person has checked it. Raises ``NotAllowed``, ``Refused``.
    """
    NotAllowed.unless(posts_of(by).has(Role.CITY_OFFICER), "市级评估结论由市级经办补录")
    if concluded_on > clock.today():
        raise Refused([Refusal("结论日期不能晚于今天", field="concluded_on")])
    if not source.strip():
        raise Refused([Refusal("请写明出处", field="source")])
    if not document:
        raise Refused([Refusal("请上传结论文件", field="document")])
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
    kept.document = store(owner=kept, upload=document, kind="评估结论", title=f"{kept}结论", by=by)
    kept.save(update_fields=["document"])
    audit.record(action="approvals.record_assessment", by=by, obj=kept, data={"passed": passed, "source": kept.source})
    return kept
