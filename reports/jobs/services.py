"""Making reports: a job is shared by whoever asks for the same, made by the worker and kept as files."""

import logging
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, papers
from greendistrict.core.codes import written
from greendistrict.core.errors import Refused
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.rollback import removed_if_unnamed
from greendistrict.documents.services import store_bytes
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from reports.composition.enums import FileFormat
from reports.jobs import collecting, lease, making, zips
from reports.jobs.enums import OPEN_STATES, OUTBOX_KIND, JobState, Scope
from reports.jobs.kinds import Made
from reports.jobs.models import Asker, ExportJob, ReportFile
from reports.jobs.registry import followers

logger = logging.getLogger(__name__)
MAKE = "reports.tasks.make_report"  # by name: the task imports this module
MOST_ATTEMPTS = 5
BROKEN_OFF = f"开始了{MOST_ATTEMPTS}次都中断，没有生成，请联系系统管理员"
ENDED = {JobState.DONE: "已生成", JobState.FAILED: "没有生成", JobState.CANCELLED: "已取消"}
TRIES = 3  # somebody else's job may come into being meanwhile


def share(
    asked: str, *, by: User | None, make: Callable[[], ExportJob], key: str = "", details: Mapping[str, Any], at_once: bool = False
) -> ExportJob:
    """The job that was made, waits or is being made for ``asked``, else the one that ``make`` creates, which the worker makes after commit.

    Must run in a transaction. ``key`` names the event of an automatic request, so that it is asked for once; ``details`` is what the record
    says of the request. What is asked for ``at_once`` is made by who asks, with ``run``.
    """
    job, is_new = joined(asked, by, make)
    if is_new and not at_once:
        outbox.emit(OUTBOX_KIND, key or f"report:{job.pk}", {"job": job.pk})
    audit.record(action="reports.request", by=by, obj=job, data={"kind": job.kind, **details})
    return job


def joined(asked: str, by: User | None, make: Callable[[], ExportJob]) -> tuple[ExportJob, bool]:
    """The job and whether it is new. The row is locked, so that nobody joins a job whose askers were notified already."""
    for last in (*[False] * (TRIES - 1), True):
        standing = ExportJob.objects.filter(asked=asked, state__in=(*OPEN_STATES, JobState.DONE))
        job = standing.select_for_update(of=("self",), no_key=True).select_related("district").first()
        if job is not None:
            _add(job, by)
            return job, False
        try:
            with transaction.atomic():
                job = make()
                if job.scope != Scope.BATCH:  # a zip is no paper: what is in it bears codes of its own
                    papers.give(job)
        except IntegrityError:  # somebody else's came into being this moment
            if last:
                raise
            continue
        _add(job, by)
        return job, True
    raise AssertionError


def _add(job: ExportJob, by: User | None) -> None:
    if by is not None:
        Asker.objects.get_or_create(job=job, user=by, defaults={"at": clock.now()})


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
        if job.scope == Scope.BATCH:
            with lease.renewed(job), zips.zip_of(job) as stream:
                return _keep(job, {FileFormat.ZIP: stream})
        with lease.renewed(job):
            made = _make(job)
        with making.closed_after(made):
            return _keep(job, made)
    except lease.Overtaken:
        logger.warning("report %s was cancelled, or taken over by another worker", job.pk)
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
            finish(job, JobState.FAILED, BROKEN_OFF)
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
    collecting.catch_up()
    for key in list(ExportJob.objects.filter(which()).values_list("pk", flat=True)):
        with transaction.atomic():  # a broker that is away leaves the row as it was
            lost = ExportJob.objects.filter(which(), pk=key)
            if lost.update(state=JobState.QUEUED, claim=None, alive_at=clock.now()):
                hand_over(key)
                count += 1
    return count


def _make(job: ExportJob) -> Made:
    return making.made(job, written(papers.give(job)), partial(lease.report_progress, job))


def _keep(job: ExportJob, made: Mapping[str, bytes | IO[bytes]]) -> bool:
    """Store the files, unless the job was cancelled or a second worker has it by now."""
    with removed_if_unnamed(), transaction.atomic():
        if not _is_still_ours(job):
            return False
        making.describe(job, made)
        _store(job, made)
        finish(job, JobState.DONE, zips.missing_words(job) if job.scope == Scope.BATCH else "")
    return True


def _fail(job: ExportJob, error: str) -> None:
    with transaction.atomic():
        if _is_still_ours(job):
            finish(job, JobState.FAILED, error)


def _is_still_ours(job: ExportJob) -> bool:
    """Whether no other worker has taken the job over; locks it."""
    now = ExportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
    return now.state == JobState.RUNNING and now.claim == job.claim


def _store(job: ExportJob, made: Mapping[str, bytes | IO[bytes]]) -> None:
    for ending, content in made.items():
        document = store_bytes(
            owner=job,
            content=content,
            name=making.file_name(job, ending),
            content_type=making.CONTENT_TYPES[ending],
            kind=job.report.material or job.report.word,
            title=f"{job.label}（{ending.upper()}）",
            by=job.requested_by,
            demo=job.is_demo,
            confidentiality=Confidentiality(job.confidentiality),
        )
        ReportFile.objects.create(job=job, document=document, format=ending)


def finish(job: ExportJob, state: JobState, error: str = "", *, by: User | None = None) -> None:
    """End a job, tell who asked for it, and count it in its batches. The caller has locked it.

    Neither who ended it is told, nor whom a follower tells together with others.
    """
    with transaction.atomic():
        job.state, job.error, job.finished_at, job.claim = state, error, clock.now(), None
        job.done = job.total if state == JobState.DONE else job.done
        job.save(update_fields=["state", "error", "finished_at", "claim", "done"])
        collecting.note_part(job)
        told = {key for follower in followers for key in follower.tells(job)} | ({by.pk} if by else set())
        for follower in followers:
            follower.ended(job)
        notify(
            kind=Message.REPORT_READY if state == JobState.DONE else Message.REPORT_FAILED,
            key=f"report:{job.pk}:{state}",
            receivers=[asker.user for asker in job.askers.select_related("user") if asker.user_id not in told],
            title=f"{job.label}{ENDED[state]}",
            body=error,
            link=reverse("reports:job", args=[job.pk]),
            demo=job.is_demo,
        )
