"""Requesting and making reports."""

import logging
import uuid
from collections.abc import Callable

from celery import current_app
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from districts.file.models.district import District
from districts.file.rules import may_read_file
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, papers
from greendistrict.core.codes import written
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.rollback import removed_if_unnamed
from greendistrict.documents.services import store_bytes
from greendistrict.documents.spreadsheets import XLSX
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from reports import lease
from reports.enums import OUTBOX_KIND, JobState, ReportKind
from reports.models.jobs import ExportJob, ReportFile
from reports.selectors import may_request
from reports.shared_jobs import asked_for

logger = logging.getLogger(__name__)
MAKE = "reports.tasks.make_report"  # by name: the task imports this module
PDF_TYPE = "application/pdf"
MOST_ATTEMPTS = 5
BROKEN_OFF = f"开始了{MOST_ATTEMPTS}次都中断，没有生成，请联系系统管理员"
Made = dict[str, bytes]
Progress = Callable[[int], None]


@transaction.atomic
def request_report(*, kind: str, year: int, by: User | None, district: District | None = None, key: str = "") -> ExportJob:
    """Ask for a report; the worker makes it after commit. One that waits or is being made from the same self-checks is handed back.

    Raises ``NotAllowed`` when it is not this person's to ask for, ``Refused`` when nothing of the year was received.

    ``key`` names the event of an automatic request, so that it is asked for once.
    """
    if by is not None and not (may_request(by, kind) and (district is None or may_read_file(by, district))):
        msg = "这份报告不由您申请"
        raise NotAllowed(msg)
    received = SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED)
    if district is not None:
        received = received.filter(district=district)
    if not received.exists():
        whose = f"{district}" if district else "全市"
        msg = f"{whose}{year}年度尚无已接收的自查，不能出报告"
        raise Refused(msg)
    demo = district.is_demo if district else received.filter(district__is_demo=True).exists()

    def make() -> ExportJob:
        return ExportJob.objects.create(
            kind=kind, year=year, district=district, asked=asked, requested_by=by, requested_at=clock.now(), total=2, is_demo=demo
        )  # fmt: skip

    asked = _contents(kind, year, district, received)
    job, is_new = asked_for(asked, by=by, make=make)
    if is_new:
        outbox.emit(OUTBOX_KIND, key or f"report:{job.pk}", {"job": job.pk})
    audit.record(action="reports.request", by=by, obj=job, data={"kind": kind, "year": year})
    return job


def _contents(kind: str, year: int, district: District | None, received: QuerySet[SelfCheck]) -> str:
    """What a report of today is made of: a self-check received meanwhile makes another one of it."""
    found = received.aggregate(count=Count("pk"), last=Max("received_at"))
    last = found["last"].isoformat() if found["last"] else ""
    return f"{kind}:{year}:{district.pk if district else ''}:{clock.today()}:{found['count']}:{last}"


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: hand the job to the report queue; an unreachable broker leaves the row for the sweep."""
    hand_over(message.payload["job"])


def hand_over(job_id: int) -> None:
    """Publish one job to the report queue. Raises the broker's error when it is away."""
    current_app.send_task(MAKE, args=(job_id,), retry=False, ignore_result=True)


def run(job_id: int) -> bool:
    """Make the files of a job. Safe to repeat: a finished job is left alone. Returns whether files were made."""
    job = _claim(job_id)
    if job is None:
        return False
    try:
        with lease.renewed(job):
            made = _make(job)
        return _keep(job, made)
    except lease.Overtaken:
        logger.warning("report %s was taken over by another worker", job.pk)
        return False
    except Refused as refused:
        _fail(job, str(refused))
        return False
    except Exception:
        logger.exception("report %s failed", job.pk)
        _fail(job, "生成时出错，原因已记录，请联系系统管理员")
        raise


def _claim(job_id: int) -> ExportJob | None:
    with transaction.atomic():
        job = ExportJob.objects.select_for_update(of=("self",), no_key=True).select_related("district").filter(pk=job_id).first()
        if job is None or not lease.is_free(job):
            return None
        if job.attempts >= MOST_ATTEMPTS:  # it ends every worker that takes it
            _finish(job, JobState.FAILED, BROKEN_OFF)
            return None
        job.state, job.done, job.progressed_at = JobState.RUNNING, 0, None
        job.claim, job.started_at, job.attempts = uuid.uuid4(), clock.now(), job.attempts + 1
        job.alive_at = job.started_at
        job.save(update_fields=["state", "done", "progressed_at", "claim", "started_at", "attempts", "alive_at"])
    return job


def requeue_lost() -> int:
    """Hand over again what a lost queue or a killed worker left; a job that is being made is left alone. Returns how many."""
    return _requeue(lease.forgotten)


def requeue_open() -> int:
    """Hand over again everything that is not made yet; for a start at which no worker runs (``make demo``). Returns how many."""
    return _requeue(lambda: Q(state__in=(JobState.QUEUED, JobState.RUNNING)))


def _requeue(which: Callable[[], Q]) -> int:
    count = 0
    for key in list(ExportJob.objects.filter(which()).values_list("pk", flat=True)):
        with transaction.atomic():  # a broker that is away leaves the row as it was
            lost = ExportJob.objects.filter(which(), pk=key)
            if lost.update(state=JobState.QUEUED, claim=None, alive_at=clock.now()):
                hand_over(key)
                count += 1
    return count


def _make(job: ExportJob) -> Made:
    def report_progress(done: int) -> None:
        lease.report_progress(job, done)

    if job.kind == ReportKind.SENSITIVITY:
        return sensitivity_files(job, report_progress=report_progress)
    if job.kind == ReportKind.ANNUAL_CITY:
        return city_files(job.year, code=written(papers.give(job)), report_progress=report_progress)
    check = SelfCheck.objects.select_related("district", "table__edition").get(year=job.year, district=job.district)
    return district_files(check, code=written(papers.give(job)), report_progress=report_progress)


def district_files(check: SelfCheck, *, code: str, report_progress: Progress = lambda _: None) -> Made:
    """PDF and workbook of one received self-check by file format."""
    from reports.annual import figures, pdf, xlsx  # noqa: PLC0415 -- heavy; web workers never make reports

    found = figures.district_figures(check)
    made = {"xlsx": xlsx.district_workbook(found)}
    report_progress(1)
    made["pdf"] = pdf.district_pdf(found, code=code)
    report_progress(2)
    return made


def city_files(year: int, *, code: str, report_progress: Progress = lambda _: None) -> Made:
    """PDF and workbook over all received self-checks of a year by file format."""
    from reports.annual import figures, pdf, xlsx  # noqa: PLC0415 -- as above

    with xlsx.CityBook(figures.city_marks(year)) as book:
        found = figures.city_figures(year, book.add)
        made = {"xlsx": book.content(found.districts)}
    report_progress(1)
    made["pdf"] = pdf.city_pdf(found, code=code)
    report_progress(2)
    return made


def sensitivity_files(job: ExportJob, *, report_progress: Progress = lambda _: None) -> Made:
    """Workbook of a computation by file format; its rows are kept with it for the page."""
    from reports.sensitivity import jobs, xlsx  # noqa: PLC0415 -- as above

    return {"xlsx": xlsx.workbook(jobs.computed(job, report_progress=report_progress))}


def _keep(job: ExportJob, made: Made) -> bool:
    """Store the files, unless a second worker has the same job by now."""
    with removed_if_unnamed(), transaction.atomic():
        if not _is_still_ours(job):
            return False
        _store(job, made)
        _finish(job, JobState.DONE)
    return True


def _fail(job: ExportJob, error: str) -> None:
    with transaction.atomic():
        if _is_still_ours(job):
            _finish(job, JobState.FAILED, error)


def _is_still_ours(job: ExportJob) -> bool:
    """Whether no other worker has taken the job over; locks it."""
    now = ExportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
    return now.state == JobState.RUNNING and now.claim == job.claim


def _store(job: ExportJob, made: Made) -> None:
    for ending, content in made.items():
        document = store_bytes(
            owner=job,
            content=content,
            name=f"{job.label}.{ending}",
            content_type=PDF_TYPE if ending == "pdf" else XLSX,
            kind="影响测算" if job.kind == ReportKind.SENSITIVITY else "年度评估报告",
            title=f"{job.label}（{ending.upper()}）",
            by=job.requested_by,
            demo=job.is_demo,
        )
        ReportFile.objects.create(job=job, document=document, format=ending)


def _finish(job: ExportJob, state: JobState, error: str = "") -> None:
    with transaction.atomic():
        job.state, job.error, job.finished_at = state, error, clock.now()
        job.done = job.total if state == JobState.DONE else job.done
        job.save(update_fields=["state", "error", "finished_at", "done"])
        ready = state == JobState.DONE
        notify(
            kind=Message.REPORT_READY if ready else Message.REPORT_FAILED,
            key=f"report:{job.pk}:{state}",
            receivers=[asker.user for asker in job.askers.select_related("user")],
            title=f"{job.label}{'已生成' if ready else '没有生成'}",
            body=error,
            link=reverse("reports:job", args=[job.pk]),
            demo=job.is_demo,
        )
