"""Record findings of a construction supervisor or an oversight body on a plot or municipal work."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.file.rules import fills_plot
from districts.file.services import hold_constraints
from districts.plots.models import Plot
from districts.projects.models import Work
from districts.supervision.models import SUPERVISION_PROOF, SupervisionKind, SupervisionRecord
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.documents.services import store

FINDING = 1000
EDITORS = "监理和监督记录由申报主体的填报人、其授权的咨询单位或者区级部门登记"


def closed_words(subject: Plot | Work) -> str:
    """Why nothing is recorded any more of a plot or work, and where instead; empty as long as it is."""
    if subject.district.merged_into_id:
        return f"已并入{subject.district.merged_into}，请在并入的城区登记"
    return "这个地块已变更，请在接续它的地块登记" if isinstance(subject, Plot) and subject.ended_by_id else ""


def record_supervision(
    *, subject: Plot | Work, kind: str, body: str, inspected_on: dt.date, finding: str, upload: "UploadedFile[Any] | None", by: User
) -> SupervisionRecord:
    """Store a finding with its document.

    Raises ``NotAllowed``, ``Closed`` where ``closed_words`` says why, ``Refused`` for wrong or missing values.
    """
    district = subject.district
    # Construction continues while a case is examined, so the lock of the file does not apply to these records (nor to checks).
    over = closed_words(subject)
    Closed.when(over, over)
    NotAllowed.unless(fills_plot(posts_of(by), district), EDITORS)
    found = []
    if inspected_on > clock.today():
        found.append(Refusal("日期不能晚于今天", field="inspected_on"))
    if not finding.strip():
        found.append(Refusal("请填写检查结果", field="finding"))
    if upload is None:
        found.append(Refusal("请上传记录文件", field="upload"))
    if found or upload is None:
        raise Refused(found)
    with transaction.atomic():
        title = f"{SupervisionKind(kind).label}记录"
        document = store(owner=district, upload=upload, kind=SUPERVISION_PROOF, title=title, by=by, may_add=True)  # a bureau too, only this
        of = {"plot": subject} if isinstance(subject, Plot) else {"work": subject}
        record = SupervisionRecord(
            district=district, kind=kind, body=body.strip(), inspected_on=inspected_on, finding=finding.strip()[:FINDING],
            document=document, recorded_at=clock.now(), recorded_by=by, **of,
        )  # fmt: skip
        hold_constraints(record)
        record.save()
        data = {"district": district.code, "subject": str(subject), "kind": kind, "body": record.body, "on": inspected_on.isoformat()}
        audit.record(action="districts.add_supervision", by=by, obj=record, data=data)
    return record
