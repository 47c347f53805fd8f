"""Report jobs: forty by one and by two worker processes, Word for forty districts, the zip of two hundred reports."""

import statistics
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction

from districts.file.models.district import District
from greendistrict.core import clock, papers
from greendistrict.documents.services import store_bytes
from reports.annual import figures
from reports.annual.documents import district_composition
from reports.composition.blocks import Block, Chart, Composition, Heading, Pairs, PaperTable, Paragraph
from reports.composition.charts import pictures_of
from reports.composition.docx import docx_of
from reports.composition.printed import groups_of, lines_of, words_of
from reports.composition.services import made_of
from reports.jobs import zips
from reports.jobs.enums import JobState, ReportKind, Scope
from reports.jobs.kinds import Wanted
from reports.jobs.making import CONTENT_TYPES, file_name
from reports.jobs.models import BatchPart, ExportJob, ReportFile
from reports.jobs.requests import new_job
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of, row_of
from tools.bench.papers import CODE, child_words, city_paper_composition
from tools.bench.report_world import reporting
from tools.bench.seeding import YEAR, Seeded

FORMATS = ("pdf", "xlsx")
PIECE = 1024 * 1024


def workers(seeded: Seeded, districts: int, effort: Effort) -> BenchRow:
    """PDFs of so many districts as jobs, by two processes and by one, without the start and loading of libraries; needs no warm-up."""
    keys = reporting(seeded, districts)
    timing = by_turns(lambda: _begun(keys, 2), lambda: _begun(keys, 1), effort, warm=True)
    return row_of(f"{districts} district reports, 1 worker / 2 workers", timing, 1.6)


def _begun(districts: Sequence[int], count: int) -> Callable[[], None]:
    """Start processes that are ready; returns the function that lets them make the reports of these districts."""
    jobs = _jobs(districts, ("pdf",))
    words = child_words("jobs", [job.pk for job in jobs])
    pipe = subprocess.PIPE
    children = [
        subprocess.Popen(words, cwd=settings.BASE_DIR, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 -- our own program
        for _ in range(count)
    ]
    for child in children:
        if not (child.stdout and child.stdout.readline()):
            msg = "a worker of the bench did not start"
            raise BenchError(msg)

    def timed() -> None:
        for child in children:
            if child.stdin:
                child.stdin.write("\n")
                child.stdin.flush()
        for child in children:
            child.communicate()
        if ExportJob.objects.filter(pk__in=[job.pk for job in jobs], state=JobState.DONE).count() < len(jobs):
            msg = "a worker of the bench left a report undone"
            raise BenchError(msg)

    return timed


@transaction.atomic
def _jobs(districts: Sequence[int], formats: tuple[str, ...]) -> list[ExportJob]:
    """An unclaimed job for each district, not sent to the queue."""
    number, jobs = ExportJob.objects.count(), []
    for district in District.objects.filter(pk__in=districts).order_by("pk"):
        wanted = Wanted(ReportKind.ANNUAL_DISTRICT, YEAR, district, formats=formats)
        job = new_job(wanted, asked=f"bench:{number}:{district.pk}", by=None)
        papers.give(job)
        jobs.append(job)
    return jobs


def zip_of_reports(seeded: Seeded, total: int, effort: Effort) -> BenchRow:
    """The zip of so many finished reports with its lists, compared with a plain archive of the same files."""
    batch = _finished_batch(seeded, reporting(seeded, total))
    timing = by_turns(lambda: partial(_zipped, batch), lambda: partial(_bare_zip, batch), effort)
    return cost_of(f"zip of {total} reports, {len(FORMATS)} files each", timing, 1.5, notes={"MiB": round(_zipped(batch) / PIECE)})


def _finished_batch(seeded: Seeded, districts: Sequence[int]) -> ExportJob:
    """A batch whose parts have the files of one real report each."""
    contents = made_of(district_composition(figures.report_figures(seeded.check, clock.today())), code=CODE, formats=FORMATS)
    batch = ExportJob.objects.create(
        kind=ReportKind.ANNUAL_DISTRICT, scope=Scope.BATCH, year=YEAR, subject_name=f"{len(districts)}个城区", asked="bench:zip",
        requested_at=clock.now(), total=len(districts), state=JobState.RUNNING, is_demo=True,
    )  # fmt: skip
    jobs = _jobs(districts, FORMATS)
    for number, job in enumerate(jobs, start=1):
        BatchPart.objects.create(batch=batch, report=job, number=number)
        for ending, content in contents.items():
            document = store_bytes(
                owner=job, content=content, name=file_name(job, ending), content_type=CONTENT_TYPES[ending], kind="报告", title=job.label,
                demo=True,
            )  # fmt: skip
            ReportFile.objects.create(job=job, document=document, format=ending)
    ExportJob.objects.filter(pk__in=[job.pk for job in jobs]).update(state=JobState.DONE, finished_at=clock.now())
    return batch


def _zipped(batch: ExportJob) -> int:
    """Size of the zip as made by the worker."""
    with zips.zip_of(batch) as stream:
        return sum(len(piece) for piece in iter(lambda: stream.read(PIECE), b""))


def _bare_zip(batch: ExportJob) -> int:
    """Size of a plain archive of the same files, which are also read back."""
    files = ReportFile.objects.filter(job__batches__batch=batch).select_related("document")
    with tempfile.SpooledTemporaryFile(max_size=zips.IN_MEMORY) as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for file in files:
                with file.document.file.open("rb") as stored, archive.open(file.document.original_name, "w") as written:
                    written.writelines(stored.chunks())
        stream.seek(0)
        return sum(len(piece) for piece in iter(lambda: stream.read(PIECE), b""))


def word(seeded: Seeded, districts: int, effort: Effort) -> BenchRow:
    """Word edition of the city's report, compared with python-docx writing the same texts, cells and pictures; both draw charts alike.

    Also reports the share of drawing in our time, and the ratio of both sides without it.
    """
    reporting(seeded, districts)
    composition = city_paper_composition()
    blocks = [block for group in groups_of(composition) for block in group.blocks]
    charts = [block for block in blocks if isinstance(block, Chart)]
    timing = by_turns(lambda: partial(_word, composition), lambda: partial(_bare_word, blocks, charts), effort)
    drawing = by_turns(lambda: partial(_word, composition), lambda: partial(pictures_of, charts), effort)
    ours, drawn = drawing.median(), drawing.median() * statistics.median(drawing.ratios())
    bare = timing.median() * statistics.median(timing.ratios())
    notes = {"blocks": len(blocks), "charts": len(charts), "drawing / ours": round(drawn / ours, 2)}
    notes["without drawing"] = round((ours - drawn) / max(bare - drawn, 1e-9), 2)
    return cost_of(f"city report DOCX, {districts} districts", timing, 1.15, notes=notes)


def _word(composition: Composition) -> bytes:
    return docx_of(composition, code=CODE)


def _bare_word(blocks: Sequence[Block], charts: Sequence[Chart]) -> bytes:
    import docx  # noqa: PLC0415 -- heavy; the benchmark's web workers import this package too

    document, drawn = docx.Document(), iter(pictures_of(charts))
    for block in blocks:
        match block:
            case Heading(text=text, level=level):
                document.add_heading(text, level)
            case Paragraph(text=text):
                for line in lines_of(text):
                    document.add_paragraph(line)
            case Pairs() | PaperTable() | Chart():
                if isinstance(block, Chart):
                    document.add_picture(BytesIO(next(drawn)))
                _bare_table(document, list(_lines(block)))
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _bare_table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text


def _lines(block: Pairs | PaperTable | Chart) -> Iterator[list[str]]:
    """Cells of a table, or of the figures below a chart."""
    if isinstance(block, Pairs):
        yield from ([name, words_of(value)] for name, value in block.rows)
    elif isinstance(block, Chart):
        yield ["", *(series.name for series in block.series)]
        yield from ([label, *(words_of(series.values[at]) for series in block.series)] for at, label in enumerate(block.labels))
    elif block.rows:
        yield [column.head for column in block.columns]
        yield from ([words_of(value, column) for value, column in zip(row, block.columns, strict=True)] for row in block.rows)
