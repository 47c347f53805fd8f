"""PDF reports compared with plain WeasyPrint on the same HTML, for information also with Typst; memory of the process that makes them."""

import dataclasses
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings

from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from reports.annual import figures
from reports.annual.documents import district_composition
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.common import render
from reports.composition.blocks import Composition
from reports.composition.html import html_of
from reports.composition.services import pdf_of
from reports.composition.xlsx import xlsx_of
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.report_world import reporting
from tools.bench.seeding import YEAR, Seeded
from tools.bench.typst_paper import seconds_of

CODE = "00000000-0000-4000-8000-000000000000"
MOST_MIB, FLAT = 400, 1.15  # memory of a process that makes reports, and its maximum growth from the first to the last
Make = Callable[[], bytes]


def district_paper(key: int) -> bytes:
    """The annual report of a district of the benchmark."""
    check = SelfCheck.objects.select_related("district", "table__edition", "handed_up_by").get(district=key, year=YEAR)
    return pdf_of(district_composition(figures.report_figures(check, clock.today())), code=CODE)


def city_paper() -> bytes:
    """The city's internal report on all districts of the benchmark."""
    return pdf_of(city_paper_composition(), code=CODE)


def city_paper_composition() -> Composition:
    """Content of the city's report, read as by its job."""
    with held_reads():
        return city_composition(city_report(YEAR, clock.today(), demo=True), ReportEdition.INTERNAL)


def district_rows(seeded: Seeded, effort: Effort) -> Iterator[BenchRow]:
    """Report of one district with complete data; then with four times as many indicators."""
    [key] = reporting(seeded, 1)
    found = figures.report_figures(SelfCheck.objects.get(district=key, year=YEAR), clock.today())
    composition = district_composition(found)
    yield beside_bare("annual report PDF of a district", lambda: district_paper(key), composition, effort)
    scores = figures.district_figures(SelfCheck.objects.get(district=key, year=YEAR), clock.today())
    longer = district_composition(dataclasses.replace(found, scores=dataclasses.replace(scores, items=scores.items * 4)))
    grown = by_turns(lambda: lambda: pdf_of(longer, code=CODE), lambda: lambda: pdf_of(composition, code=CODE), effort)
    yield cost_of("annual report PDF, 4 × the indicators / 1 ×", grown, 4.2, notes={"indicators": len(scores.items)})


def city_memory(seeded: Seeded, sizes: Sequence[int]) -> Iterator[BenchRow]:
    """Peak memory of a process that makes the city's report, for each number of districts."""
    peaks: dict[str, float] = {}
    for size in sizes:
        reporting(seeded, size)
        _, peaks[f"{size:,} districts"] = said_by_child("city", [])[-1]
    yield from memory_rows("city report", peaks)


def city_row(seeded: Seeded, districts: int, effort: Effort) -> BenchRow:
    """The city's report on so many districts."""
    reporting(seeded, districts)
    return beside_bare(f"city report PDF, {districts} districts", city_paper, city_paper_composition(), effort)


def memory_of_pages(seeded: Seeded, districts: int, pages: Sequence[int]) -> Iterator[BenchRow]:
    """Memory of a process that makes district reports one after another, as a worker does, after so many pages."""
    keys = reporting(seeded, districts)
    once = said_by_child("district", keys[:1])[-1][0]
    wanted = [keys[number % len(keys)] for number in range(-(-pages[-1] // once))]
    said = said_by_child("district", wanted)
    peaks = {f"{most:,} pages": next((peak for done, peak in said if done >= most), said[-1][1]) for most in pages}
    yield from memory_rows("district reports", peaks)


def memory_rows(name: str, peaks: dict[str, float]) -> Iterator[BenchRow]:
    """Peak memory compared with its limit, and the last peak with the first."""
    notes = {f"MiB at {size}": round(peak) for size, peak in peaks.items()}
    values = list(peaks.values())
    most, growth = max(values) / MOST_MIB, values[-1] / values[0]
    yield BenchRow(f"{name}, peak memory / {MOST_MIB} MiB", most, most, 1, at_most=True, memory=max(values), notes=notes)
    yield BenchRow(f"{name}, memory at {list(peaks)[-1]} / {next(iter(peaks))}", growth, growth, FLAT, at_most=True)


def beside_bare(name: str, make: Make, composition: Composition, effort: Effort) -> BenchRow:
    """``make`` reads its figures on every run; plain WeasyPrint gets the finished HTML, style sheet and attached workbook."""
    ours, bare = _Last(make), _Last(bare_paper(composition))
    timing = by_turns(lambda: ours, lambda: bare, effort)
    pages, same = page_count(ours.paper), page_count(bare.paper)
    if pages != same:
        msg = f"{name}: {pages} pages beside {same}"
        raise BenchError(msg)
    with tempfile.TemporaryDirectory() as folder:
        typst = [seconds_of(composition, Path(folder)) for _ in range(effort.rounds)]
    seconds = statistics.median(one for one, _ in typst)
    notes = {"pages": pages, "× Typst": round(timing.median() / seconds, 1), "pages of Typst": typst[0][1]}
    return cost_of(f"{name}, each of its pages", timing, 1.15, notes=notes)


class _Last:
    """Makes a report and keeps the last one, so that its pages can be counted without making another."""

    def __init__(self, make: Make) -> None:
        self.make, self.paper = make, b""

    def __call__(self) -> None:
        """Make the report again."""
        self.paper = self.make()


def bare_paper(composition: Composition) -> Make:
    """Plain WeasyPrint on the same pages, tagged and archivable as in our code, with the same attachment."""
    import weasyprint  # noqa: PLC0415 -- heavy; the benchmark's web workers import this package too

    html, workbook = html_of(composition, code=CODE), xlsx_of(composition)

    def make() -> bytes:
        sheets = [*(weasyprint.CSS(filename=render.ALLOWED[1] / name) for name in html.sheets), weasyprint.CSS(string=html.css)]
        attached = [weasyprint.Attachment(string=workbook, name="a.xlsx", relationship="Data")]
        document = weasyprint.HTML(string=html.text, base_url=str(render.ALLOWED[1]) + "/")
        made: bytes = document.write_pdf(pdf_variant="pdf/a-3a", stylesheets=sheets, attachments=attached)
        return made

    return make


def page_count(content: bytes) -> int:
    """Pages of a PDF."""
    with pikepdf.open(BytesIO(content)) as document:
        return len(document.pages)


def said_by_child(what: str, keys: Sequence[int]) -> list[tuple[int, float]]:
    """(pages so far, peak memory so far in MiB) after each report of a separate process."""
    done = subprocess.run(child_words(what, keys), cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)  # noqa: S603 -- our own program
    if done.returncode:
        raise BenchError(done.stderr[-2000:])
    said: list[Any] = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return [(int(pages), float(peak)) for pages, peak in said]


def child_words(what: str, keys: Sequence[int]) -> list[str]:
    """Command line of ``paper_child``."""
    return [sys.executable, "-m", "tools.bench.paper_child", what, *map(str, keys)]
