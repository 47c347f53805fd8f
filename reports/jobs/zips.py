"""The ZIP of a batch: files of its parts, lists of them, and their digests."""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from greendistrict.core import clock, papers
from greendistrict.core.errors import Refused
from reports.common.book import ReportBook, marks
from reports.composition.enums import FileFormat
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob, ReportFile

NOTHING = "没有一个城区的报告生成成功"
IN_MEMORY = 8 * 1024 * 1024
HEADS = ("文件", "城区", "报告", "版次", "页数", "查验码", "SHA-256", "密级")
WIDTHS = (60, 30, 24, 12, 8, 30, 70, 10)


def missing_from(batch: ExportJob) -> list[tuple[str, str]]:
    """Districts without a report, each with the reason."""
    parts = batch.parts.exclude(report__state=JobState.DONE).select_related("report__district")
    return [(_whose(part.report), part.report.error or part.report.get_state_display()) for part in parts]


def missing_words(batch: ExportJob) -> str:
    """Sentence about parts that were not generated; empty if all were."""
    missing = missing_from(batch)
    return f"{len(missing)}个城区没有生成：{'；'.join(f'{district}（{reason}）' for district, reason in missing)}" if missing else ""


@contextmanager
def zip_of(batch: ExportJob) -> Iterator[IO[bytes]]:
    """The finished ZIP, on disk if it is large; files are streamed. Raises ``Refused`` if no part was generated."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:  # what goes in is compressed as it is
            listed = list(_copied(batch, archive))
            Refused.unless(listed, NOTHING)
            _add_lists(batch, archive, listed)
        stream.seek(0)
        yield stream


def _copied(batch: ExportJob, archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    """Copy the files into the archive; of each its values in the order of ``HEADS``."""
    # OFD comes whenever the converter has made it: a ZIP has what was asked for.
    found = ReportFile.objects.filter(job__batches__batch=batch, job__state=JobState.DONE).exclude(format=FileFormat.OFD)
    files = list(found.select_related("document", "job__district").order_by("job__batches__number", "format"))
    codes = papers.codes_of(file.job for file in files)
    taken: set[str] = set()
    for file in files:
        job, document = file.job, file.document
        name = document.original_name if document.original_name not in taken else f"{job.pk} {document.original_name}"
        taken.add(name)
        with document.file.open("rb") as stored, archive.open(name, "w") as written:
            for piece in stored.chunks():
                written.write(piece)
        yield {
            "file": name,
            "district": _whose(job),
            "kind": job.report.word,
            "edition": job.edition,
            "pages": job.pages if file.format == FileFormat.PDF else None,
            "code": codes[job.pk],
            "sha256": document.sha256,
            "confidentiality": job.get_confidentiality_display(),
        }


def _add_lists(batch: ExportJob, archive: zipfile.ZipFile, files: Sequence[dict[str, Any]]) -> None:
    missing, rows = missing_from(batch), [list(file.values()) for file in files]
    content = {
        "title": batch.label, "year": batch.year, "made_at": clock.now().isoformat(), "is_demo": batch.is_demo,
        "files": files, "missing": [{"district": district, "reason": reason} for district, reason in missing],
    }  # fmt: skip
    archive.writestr("清单.json", json.dumps(content, ensure_ascii=False, indent=2))
    lines = [batch.label, *(["演示数据"] if batch.is_demo else []), "", "\t".join(HEADS)]
    lines += ["\t".join("" if value is None else str(value) for value in row) for row in rows]
    if missing:
        lines += ["", "没有生成", *("\t".join(words) for words in missing)]
    archive.writestr("清单.txt", "\n".join(lines) + "\n")
    archive.writestr("清单.xlsx", _workbook(batch, rows, missing))
    archive.writestr("SHA256SUMS", "".join(f"{file['sha256']}  {file['file']}\n" for file in files))


def _workbook(batch: ExportJob, rows: Sequence[list[Any]], missing: Sequence[tuple[str, str]]) -> bytes:
    book, mark = ReportBook(), marks(demo=batch.is_demo, reference=False)
    book.sheet("清单", batch.label, mark, head=HEADS, rows=rows, widths=WIDTHS)
    if missing:
        book.sheet("没有生成", batch.label, mark, head=("城区", "原因"), rows=missing, widths=(30, 60))
    return book.content()


def _whose(job: ExportJob) -> str:
    return job.district.name if job.district else "全市"
