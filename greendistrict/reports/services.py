"""Asking for reports and making them."""

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from assessments.models import SelfCheck
from districts.models import District
from districts.rules import may_read_file
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.services import store_bytes
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.reports.enums import OUTBOX_KIND, JobState, ReportKind
from greendistrict.reports.models import ExportJob, ReportFile
from greendistrict.reports.selectors import may_request
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage

logger = logging.getLogger(__name__)
PDF_TYPE = "application/pdf"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATIENCE = dt.timedelta(minutes=2)
LEASE = dt.timedelta(minutes=30)
Made = dict[str, bytes]
Progress = Callable[[int], None]


@transaction.atomic
def request_report(*, kind: str, year: int, by: User | None, district: District | None = None, key: str = "") -> ExportJob:
    """Ask for a report; the worker makes it after commit.

    Raises ``NotAllowed`` when it is not this person's to ask for, ``Refused`` when nothing of the year was received.

    ``key`` names the event of an automatic request, so that it is asked for once.
    """
    if by is not None and not (may_request(by, kind) and (district is None or may_read_file(by, district))):
        msg = "这份报告不由您申请"
        raise NotAllowed(msg)
    received = SelfCheck.objects.filter(year=year, status="received")
    if district is not None:
        received = received.filter(district=district)
    if not received.exists():
        whose = f"{district}" if district else "全市"
        msg = f"{whose}{year}年度还没有已接收的自查，不能出报告"
        raise Refused(msg)
    demo = district.is_demo if district else received.filter(district__is_demo=True).exists()
    job = ExportJob.objects.create(
        kind=kind, year=year, district=district, requested_by=by, requested_at=clock.now(), total=2, is_demo=demo
    )
    outbox.emit(OUTBOX_KIND, key or f"report:{job.pk}", {"job": job.pk})
    audit.record(action="reports.request", by=by, obj=job, data={"kind": kind, "year": year})
    return job


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: hand the job to the report queue; an unreachable broker leaves the row for the sweep."""
    hand_over(message.payload["job"])


def hand_over(job_id: int) -> None:
    """Publish one job to the report queue. Raises the broker's error when it is away."""
    from greendistrict.reports.tasks import make_report  # noqa: PLC0415 -- tasks import this module

    make_report.apply_async(args=(job_id,), retry=False, ignore_result=True)


def run(job_id: int) -> bool:
    """Make the files of a job. Safe to repeat: a finished job is left alone. Returns whether files were made."""
    job = _claim(job_id)
    if job is None:
        return False
    try:
        return _keep(job, _make(job))
    except Refused as refused:
        _finish(job, JobState.FAILED, str(refused))
        return False
    except Exception:
        logger.exception("report %s failed", job.pk)
        _finish(job, JobState.FAILED, "生成时出错，原因已记录，请联系系统管理员")
        raise


def _claim(job_id: int) -> ExportJob | None:
    with transaction.atomic():
        job = ExportJob.objects.select_for_update(of=("self",)).select_related("district").filter(pk=job_id).first()
        if job is None or not _is_free(job):
            return None
        job.state, job.started_at, job.done = JobState.RUNNING, clock.now(), 0
        job.save(update_fields=["state", "started_at", "done"])
    return job


def _is_free(job: ExportJob) -> bool:
    """Whether nobody works on it: waiting, or left behind by a worker that died."""
    if job.state == JobState.RUNNING:
        return job.started_at is None or clock.now() - job.started_at > LEASE
    return job.state == JobState.QUEUED


def requeue_lost() -> int:
    """Hand over again what a lost queue or a killed worker left; a job that is being made is left alone. Returns how many."""
    now, count = clock.now(), 0
    waiting = Q(state=JobState.QUEUED, requested_at__lte=now - PATIENCE) | Q(state=JobState.RUNNING, started_at__lte=now - LEASE)
    for key in ExportJob.objects.filter(waiting).values_list("pk", flat=True):
        hand_over(key)
        count += 1
    return count


def _make(job: ExportJob) -> Made:
    def tell(done: int) -> None:
        ExportJob.objects.filter(pk=job.pk).update(done=done)

    if job.kind == ReportKind.SENSITIVITY:
        return sensitivity_files(job, tell=tell)
    if job.kind == ReportKind.ANNUAL_CITY:
        return city_files(job.year, code=str(job.code), tell=tell)
    check = SelfCheck.objects.select_related("district", "table__edition").get(year=job.year, district=job.district)
    return district_files(check, code=str(job.code), tell=tell)


def district_files(check: SelfCheck, *, code: str, tell: Progress = lambda _: None) -> Made:
    """PDF and workbook of one received self-check by file format."""
    from greendistrict.reports.annual import figures, pdf, xlsx  # noqa: PLC0415 -- heavy; web workers never make reports

    found = figures.district_figures(check)
    made = {"xlsx": xlsx.district_workbook(found)}
    tell(1)
    made["pdf"] = pdf.district_pdf(found, code=code)
    tell(2)
    return made


def city_files(year: int, *, code: str, tell: Progress = lambda _: None) -> Made:
    """PDF and workbook over all received self-checks of a year by file format."""
    from greendistrict.reports.annual import figures, pdf, xlsx  # noqa: PLC0415 -- as above

    with xlsx.CityBook(figures.city_marks(year)) as book:
        found = figures.city_figures(year, book.add)
        made = {"xlsx": book.content(found.districts)}
    tell(1)
    made["pdf"] = pdf.city_pdf(found, code=code)
    tell(2)
    return made


def sensitivity_files(job: ExportJob, *, tell: Progress = lambda _: None) -> Made:
    """Workbook of a computation by file format; its rows are kept with it for the page."""
    from greendistrict.reports.sensitivity import asking, xlsx  # noqa: PLC0415 -- as above

    return {"xlsx": xlsx.workbook(asking.computed(job, tell=tell))}


def _keep(job: ExportJob, made: Made) -> bool:
    """Store the files, unless a second worker with the same job was faster."""
    with transaction.atomic():
        if ExportJob.objects.select_for_update(of=("self",)).get(pk=job.pk).state == JobState.DONE:
            return False
        _store(job, made)
        _finish(job, JobState.DONE)
    return True


def _store(job: ExportJob, made: Made) -> None:
    for ending, content in made.items():
        document = store_bytes(
            owner=job,
            content=content,
            name=f"{_name(job)}.{ending}",
            content_type=PDF_TYPE if ending == "pdf" else XLSX_TYPE,
            kind="影响测算" if job.kind == ReportKind.SENSITIVITY else "年度评估报告",
            title=f"{job.label}（{ending.upper()}）",
            by=job.requested_by,
            demo=job.is_demo,
        )
        ReportFile.objects.create(job=job, document=document, format=ending)


def _name(job: ExportJob) -> str:
    if job.kind == ReportKind.SENSITIVITY:
        return f"sensitivity-{job.pk}"
    return f"annual-{job.year}-{job.district.code if job.district else 'city'}"


def _finish(job: ExportJob, state: JobState, error: str = "") -> None:
    with transaction.atomic():
        job.state, job.error, job.finished_at = state, error, clock.now()
        job.done = job.total if state == JobState.DONE else job.done
        job.save(update_fields=["state", "error", "finished_at", "done"])
        if job.requested_by is None:
            return
        ready = state == JobState.DONE
        notify(
            kind=Message.REPORT_READY if ready else Message.REPORT_FAILED,
            key=f"report:{job.pk}:{state}",
            receivers=[job.requested_by],
            title=f"{job.label}{'已生成' if ready else '没有生成'}",
            body=error,
            link=reverse("reports:job", args=[job.pk]),
            demo=job.is_demo,
        )
