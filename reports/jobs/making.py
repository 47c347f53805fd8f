"""Generate the files of a job. Imported by workers and commands; heavy libraries are loaded when a report is generated."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import IO

from django.conf import settings
from django.db.models import Sum

from greendistrict.core import clock
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.services import store_bytes
from greendistrict.documents.spreadsheets import XLSX
from reports.common.render import pages_of
from reports.composition.enums import FileFormat
from reports.composition.services import made_of
from reports.jobs.enums import Scope
from reports.jobs.kinds import Made, Progress
from reports.jobs.models import ExportJob, ReportFile

CONTENT_TYPES: dict[str, str] = {
    FileFormat.PDF: "application/pdf",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileFormat.XLSX: XLSX,
    FileFormat.JSON: "application/json",
    FileFormat.CSV: "application/zip",  # one CSV for each table
    FileFormat.ZIP: "application/zip",
    FileFormat.OFD: "application/ofd",
}


def made(job: ExportJob, code: str, report_progress: Progress) -> Made:
    """The requested files by format; the PDF is signed. Raises ``Refused`` if there is nothing to report on."""
    files = dict(_unsigned(job, code, report_progress))
    if isinstance(paper := files.get(FileFormat.PDF), bytes):
        from reports.signing.services import signed  # noqa: PLC0415 -- heavy; web workers never make reports

        files[FileFormat.PDF] = signed(paper, reason=job.label)
    return files


def _unsigned(job: ExportJob, code: str, report_progress: Progress) -> Made:
    report = job.report
    formats = job.formats or report.formats
    if report.compose is None:
        job.confidentiality = report.confidentiality
        files = report.files(job, code, report_progress) if report.files else {}
        return {ending: content for ending, content in files.items() if ending in formats}
    composition = report.compose(job, report_progress)
    level = composition.confidentiality or report.confidentiality
    composition = replace(composition, confidentiality=level)
    job.is_demo, job.edition, job.confidentiality = composition.is_demo, composition.edition, level
    return made_of(composition, code=code, formats=formats, progress=lambda done: report_progress(report.steps + done))


@contextmanager
def closed_after(made: Made) -> Iterator[None]:
    """Close streams after they are stored."""
    try:
        yield
    finally:
        for content in made.values():
            if not isinstance(content, bytes):
                content.close()


def describe(job: ExportJob, files: Mapping[str, bytes | IO[bytes]]) -> None:
    """Store pages, edition, confidentiality and day of expiry with the job.

    A batch has the total pages and the strictest confidentiality of its parts, and only its ZIP expires.
    """
    if job.scope == Scope.BATCH:
        job.pages = job.parts.aggregate(pages=Sum("report__pages"))["pages"]
        levels = job.parts.values_list("report__confidentiality", flat=True)
        job.confidentiality = max((Confidentiality(level) for level in levels), key=lambda level: level.rank, default=job.confidentiality)
        job.expires_at = clock.now() + dt.timedelta(days=settings.EXPORT_DAYS)
    else:
        content = files.get(FileFormat.PDF)
        job.pages = pages_of(content) if isinstance(content, bytes) else None
    job.save(update_fields=["pages", "edition", "is_demo", "confidentiality", "expires_at"])


def keep_file(job: ExportJob, ending: str, content: bytes | IO[bytes]) -> None:
    """Store one file of a job with its digest."""
    document = store_bytes(
        owner=job,
        content=content,
        name=file_name(job, ending),
        content_type=CONTENT_TYPES[ending],
        kind=job.report.material or job.report.word,
        title=f"{job.label}（{ending.upper()}）",
        by=job.requested_by,
        demo=job.is_demo,
        confidentiality=Confidentiality(job.confidentiality),
    )
    ReportFile.objects.create(job=job, document=document, format=ending)


def file_name(job: ExportJob, ending: str) -> str:
    """Name of a file: the title of the report, such as 全市2025年度评估报告.pdf; CSV tables are a ZIP."""
    return f"{job.label}.csv.zip" if ending == FileFormat.CSV else f"{job.label}.{ending}"
