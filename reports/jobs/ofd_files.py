"""OFD beside the PDF of a report, made by the office's converter after the PDF is kept; the PDF stays the original whatever comes of it.

What the converter refuses or fails at is kept in words with the job (``ofd_error``) and can be asked for again on its page.
"""

import logging

from celery import current_app
from django.conf import settings
from django.db import transaction

from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.disk import FileMissing
from greendistrict.documents.blobs import removed_if_unnamed
from greendistrict.documents.models import Evidence
from greendistrict.documents.office.conversion import NotConverted
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from reports.composition.enums import FileFormat
from reports.jobs.enums import JobState
from reports.jobs.making import keep_file
from reports.jobs.models import ExportJob
from reports.jobs.ofd import ofd_of

logger = logging.getLogger(__name__)
OUTBOX_KIND = "report_ofd"
CONVERT = "reports.tasks.convert_to_ofd"  # by name: the task imports this module


def is_convertible(job: ExportJob) -> bool:
    """Whether there is a converter, and the job has a PDF without an OFD beside it."""
    return bool(settings.OFD_CONVERTER) and _pdf_alone(job) is not None


def _pdf_alone(job: ExportJob) -> Evidence | None:
    files = {file.format: file.document for file in job.files.all()} if job.state == JobState.DONE else {}
    return None if FileFormat.OFD in files else files.get(FileFormat.PDF)


def ask(job: ExportJob) -> None:
    """Have the worker convert the PDF of a job after commit, where there is one and a converter. The caller has locked the job."""
    if is_convertible(job):
        job.ofd_asked_at, job.ofd_error = clock.now(), ""
        job.save(update_fields=["ofd_asked_at", "ofd_error"])
        outbox.emit(OUTBOX_KIND, f"{OUTBOX_KIND}:{job.pk}:{job.ofd_asked_at.isoformat()}", {"job": job.pk})


@transaction.atomic
def ask_again(job: ExportJob, by: User) -> None:
    """Ask in a person's name, as after a failure, or for a paper from before there was a converter."""
    held = ExportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
    if is_convertible(held):
        ask(held)
        audit.record(action="reports.convert", by=by, obj=held)


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: put the conversion on the report queue; if the broker is unreachable, the sweep does it later."""
    current_app.send_task(CONVERT, args=(message.payload["job"],), retry=False, ignore_result=True)


def convert(job_id: int) -> bool:
    """Convert the PDF of a job and keep the OFD. Idempotent. Returns whether it was kept."""
    job = ExportJob.objects.filter(pk=job_id).first()
    document = _pdf_alone(job) if job and settings.OFD_CONVERTER else None
    if document is None:
        return False
    try:
        with document.file.open("rb") as stored:
            made = ofd_of(stored.read(settings.GD_UPLOAD_MAX_BYTES + 1))
    except (NotConverted, FileMissing) as why:
        _note(job_id, str(why))
        return False
    except Exception:  # also the time limit of the task
        _note(job_id, "转换时出错，原因已记录，请联系系统管理员")
        raise
    return _keep(job_id, made)


def _note(job_id: int, why: str) -> None:
    logger.warning("report %s was not converted to OFD: %s", job_id, why)
    ExportJob.objects.filter(pk=job_id).update(ofd_error=why)


def _keep(job_id: int, made: bytes) -> bool:
    """Store the OFD, unless the job was deleted meanwhile or another worker was first."""
    with removed_if_unnamed(), transaction.atomic():
        job = ExportJob.objects.select_for_update(of=("self",), no_key=True).filter(pk=job_id).first()
        if job is None or _pdf_alone(job) is None:
            return False
        keep_file(job, FileFormat.OFD, made)
        ExportJob.objects.filter(pk=job_id).update(ofd_error="")
    return True
