"""Requesting a sensitivity report and computing it in the worker."""

import hashlib
import json
from collections.abc import Sequence

from django.db import transaction

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from indicators.editions.models import Edition
from indicators.editions.selectors import refuse_incomplete
from reports.jobs.enums import ReportKind
from reports.jobs.kinds import Made, Progress
from reports.jobs.models import ExportJob
from reports.jobs.selectors import may_request
from reports.jobs.services import share
from reports.sensitivity.adjust import Changed, again
from reports.sensitivity.figures import SensitivityOutcome, TargetEdition, received_versions, rows_under
from reports.sensitivity.models import Sensitivity


@transaction.atomic
def request_sensitivity(*, edition: Edition, changes: Sequence[Changed], by: User) -> ExportJob:
    """Request a computation; the worker runs it after commit. With ``changes`` only tables under the edition are included.

    Raises ``NotAllowed`` for anybody but the city, ``Refused`` if no table was received, ``EditionIncomplete``.
    """
    NotAllowed.unless(may_request(Viewer(by), ReportKind.SENSITIVITY), "标准调整的影响由市住房城乡建设管理委测算")
    if not edition.complete:
        refuse_incomplete(edition)
    versions = received_versions(clock.today(), edition if changes else None)
    count = versions.count()
    if not count:
        msg = f"尚无按{edition.code}接收的评分表，没有可以测算的内容" if changes else "尚无已接收的评分表，没有可以测算的内容"
        raise Refused(msg)
    demo = versions.filter(table__district__is_demo=True).exists()
    now = clock.now()
    kept = [change.plain() for change in changes]

    def make() -> ExportJob:
        job = ExportJob.objects.create(
            kind=ReportKind.SENSITIVITY, year=now.year, subject=edition.code, asked=asked, requested_by=by, requested_at=now,
            total=count + 1, is_demo=demo,
        )  # fmt: skip
        Sensitivity.objects.create(job=job, edition=edition, digest=edition.digest, changes=kept)
        return job

    # what is computed: text of the edition, changed limits, versions included
    keys = sorted(versions.order_by().values_list("pk", flat=True))
    text = json.dumps([edition.digest, kept, keys], sort_keys=True)
    asked = f"{ReportKind.SENSITIVITY}:{edition.pk}:{hashlib.sha256(text.encode()).hexdigest()}"
    return share(asked, by=by, make=make, details={"edition": edition.code, "changes": kept})


def sensitivity_files(job: ExportJob, code: str, report_progress: Progress) -> Made:
    """Workbook of a computation; its rows are stored for the page, and no code is printed on it.

    Raises ``Refused`` if the edition was imported again in the meantime.
    """
    from reports.sensitivity import xlsx  # noqa: PLC0415 -- heavy; web workers never make reports

    del code
    asked = Sensitivity.objects.select_related("edition__stored").get(job=job)
    edition = asked.edition
    if edition.digest != asked.digest:
        msg = f"{edition.code} 在申请之后重新导入过，请重新申请"
        raise Refused(msg)
    document = again(edition.document, asked.changes).document if asked.changes else edition.document
    versions = received_versions(clock.today(), edition if asked.changes else None)
    rows = list(rows_under(TargetEdition(document, same=edition), versions, report_progress=report_progress))
    Sensitivity.objects.filter(pk=asked.pk).update(rows=rows)
    return {"xlsx": xlsx.workbook(SensitivityOutcome(edition, asked.changes, rows), clock.today())}
