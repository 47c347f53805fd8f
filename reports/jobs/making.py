"""Contents of the files of a job. Imported by workers and commands; what is heavy is loaded when a report is made."""

from collections.abc import Callable
from importlib import import_module
from io import BytesIO

from greendistrict.documents.spreadsheets import XLSX
from reports.jobs.enums import FileFormat
from reports.jobs.kinds import Made, Progress
from reports.jobs.models import ExportJob

CONTENT_TYPES: dict[str, str] = {
    FileFormat.PDF: "application/pdf",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileFormat.XLSX: XLSX,
    FileFormat.JSON: "application/json",
    FileFormat.CSV: "application/zip",  # one CSV for each table
    FileFormat.ZIP: "application/zip",
}


def made(job: ExportJob, code: str, report_progress: Progress) -> Made:
    """The files that were asked for, by format. Raises ``Refused`` where there is nothing to report on."""
    report = job.report
    formats = job.formats or report.formats
    if report.compose is None:
        found = report.files(job, code, report_progress) if report.files else {}
        return {ending: content for ending, content in found.items() if ending in formats}
    composition = report.compose(job, report_progress)
    job.is_demo = composition.is_demo
    # Heavy; web workers never make reports.
    made_of: Callable[..., Made] = import_module("reports.composition.services").made_of
    return made_of(composition, code=code, formats=formats, progress=lambda done: report_progress(report.steps + done))


def pages_of(files: Made) -> int | None:
    """Pages of the PDF; None where there is none."""
    if FileFormat.PDF not in files:
        return None
    import pikepdf  # noqa: PLC0415 -- as above

    with pikepdf.open(BytesIO(files[FileFormat.PDF])) as document:
        return len(document.pages)


def file_name(job: ExportJob, ending: str) -> str:
    """Name of a file: the title of the report, such as 全市2025年度评估报告.pdf; tables as CSV are several files in one archive."""
    return f"{job.label}.csv.zip" if ending == FileFormat.CSV else f"{job.label}.{ending}"
