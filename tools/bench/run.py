"""Runs the benchmark: seed, serve, measure, report."""

import datetime as dt
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tools.bench import (
    batch_work,
    city,
    duties,
    inventories,
    keeping,
    land,
    messages,
    metering,
    papers,
    paths,
    readers,
    report_jobs,
    reviews,
    scoring,
    seeding,
    server,
)
from tools.bench import cases as filing
from tools.bench.client import Browser
from tools.bench.measuring import BenchRow, Effort
from tools.bench.workbooks import both_ways

Say = Callable[[str], object]
NAMES = (
    "list", "search", "score", "autosave", "save", "api", "login", "cases", "plots", "map", "district_page", "reviews", "readers", "memory",
    "desk", "calendar", "metering", "many", "tasks",
    "report", "city_report", "city_memory", "workers", "word", "pages", "zip", "city", "import", "excel", "readings", "decision", "scoring",
    "recompute", "inventories", "owed", "messages", "sweep", "scope", "upload", "backup",
)  # fmt: skip
GROWTH = 3  # factor in number of districts
FULL, FEW, ONCE = Effort(rounds=5, repeats=40), Effort(rounds=3, repeats=1), Effort(rounds=1, repeats=1)


@dataclass(frozen=True)
class BenchSize:
    """Sizes: districts of the list for each growth step (the middle one is the default), tables to recompute, plots, effort, and so on."""

    districts: tuple[int, int, int] = (50, 2_000, 50_000)
    tables: int = 1_000
    plots: int = 5_000
    points: int = 5_000
    imported: tuple[int, ...] = (1_000, 5_000)  # the second has a hundred thousand values
    cases: int = 2_000
    titled: int = 2_000  # districts in the calendar
    reviews: int = 2_000
    tasks: int = 10_000
    checked: int = 1_000
    reported: tuple[int, ...] = (10, 40)  # districts of the city's report
    shared: int = 12  # reports made by one and by two worker processes
    zipped: int = 200
    received: int = 1_000
    pages: tuple[int, int] = (100, 1_000)
    owed: int = 10_000
    messages: int = 1_000
    delivered: int = 1_000_000
    kept: tuple[int, int] = (2, 50)  # size of the file in MB
    meters: int = 1_000
    inventories: int = 2_000  # districts with an inventory
    hours: int = 8_760  # readings per meter
    readers: int = 1_000  # concurrent
    effort: Effort = FULL
    works: Effort = FEW


TINY = BenchSize(
    districts=(3, 6, 9), tables=2, plots=60, points=60, imported=(10, 20), cases=3, titled=6, reviews=5, tasks=6, checked=6,
    reported=(2, 3), shared=2, zipped=3, received=4, pages=(1, 2), owed=8, messages=5, delivered=50, meters=4, hours=30, kept=(1, 2),
    inventories=3, readers=20, effort=ONCE, works=ONCE,
)  # fmt: skip


def run(plan: BenchSize, logs: Path, say: Say, only: Collection[str] = ()) -> list[BenchRow]:
    """Rows of all paths, or of those in ``only`` (from ``NAMES``), yielded as they are measured."""
    wanted = frozenset(only or NAMES)
    seeded = seeding.seed()
    rows: list[BenchRow] = []
    with server.serving("greendistrict.wsgi", {}, logs / "bench-web.log") as web:
        sessions = {user.pk: paths.sign_in(user) for user in (seeded.officer, seeded.preparer)}
        visit = paths.Visit(web.port, seeded, plan.effort, sessions)
        for row in _pages(visit, plan, web, wanted):
            say(line(row))
            rows.append(row)
    for row in _work(seeded, plan, wanted):
        say(line(row))
        rows.append(row)
    return rows


def _pages(visit: paths.Visit, plan: BenchSize, web: server.Server, wanted: Collection[str]) -> Iterator[BenchRow]:
    few, some, many = plan.districts
    times: dict[int, float] = {}
    desks: dict[int, float] = {}
    steps: dict[str, Callable[[], Iterable[BenchRow]]] = {
        "list": lambda: _lists(visit, (few, some), times),
        "search": lambda: paths.search(visit, some),
        "score": lambda: paths.score_page(visit),
        "autosave": lambda: [paths.autosave(visit)],
        "save": lambda: paths.chapter_save(visit),
        "api": lambda: [paths.api(visit)],
        "login": lambda: [paths.login(visit)],
        "cases": lambda: [filing.case_list(visit, plan.cases)],
        "plots": lambda: land.plot_pages(visit, plan.plots),
        "map": lambda: [land.boundary_map(visit, plan.points)],
        "district_page": lambda: land.drawn_plots(visit, plan.plots),
        "metering": lambda: [metering.board_of_years(visit, plan.meters)],
        "reviews": lambda: reviews.review_pages(visit, plan.reviews),
        "readers": lambda: readers.crowd_rows(visit, plan.readers, plan.works),
        "memory": lambda: [_memory(web)],
        "desk": lambda: [_desk(visit, plan.cases, desks)],
        "calendar": lambda: [duties.month_page(visit, plan.titled)],
        "many": lambda: _lists(visit, (many,), times),
        "tasks": lambda: [_desk(visit, plan.tasks, desks)],
    }
    sizes = {"api": some, "search": some, "cases": some, "desk": some, "tasks": many}
    for name, step in steps.items():
        if name in wanted:
            seeding.more_districts(visit.seeded, sizes.get(name, 0))
            yield from step()


def _lists(visit: paths.Visit, sizes: Iterable[int], times: dict[int, float]) -> Iterator[BenchRow]:
    """The list at each size; the last row compares the largest with the smallest."""
    for total in sizes:
        seeding.more_districts(visit.seeded, total)
        row, times[total] = paths.district_list(visit, f"list, 50 of {total:,} districts")
        if len(times) == GROWTH:
            base = sorted(times)[1]
            row.notes = {"growth": {f"{size:,}": round(seconds / times[base], 2) for size, seconds in times.items()}}
        yield row


def _desk(visit: paths.Visit, tasks: int, times: dict[int, float]) -> BenchRow:
    """The officer's desk; if a smaller one was measured, with the growth of its time."""
    row, times[tasks] = filing.desk(visit, tasks)
    if len(times) > 1:
        row.notes = {"growth": round(times[tasks] / times[min(times)], 2)}
    return row


def _memory(web: server.Server) -> BenchRow:
    """Memory of the largest web worker after all pages, compared with a bare worker after a few."""
    log = Path(settings.VAR_DIR) / "log" / "bench-bare.log"
    with server.serving("bare_portal", {"DJANGO_SETTINGS_MODULE": ""}, log, folder=Path(__file__).parent) as bare:
        for _ in range(8):
            browser = Browser(bare.port)
            browser.get("/")
            browser.close()
        ours, limit = web.memory(), bare.memory()
    return BenchRow("web worker memory", ours / limit, ours / limit, 1.6, at_most=True, memory=ours, notes={"bare": round(limit, 1)})


def _work(seeded: seeding.Seeded, plan: BenchSize, wanted: Collection[str]) -> Iterator[BenchRow]:
    steps: dict[str, Callable[[], Iterable[BenchRow]]] = {
        "report": lambda: papers.district_rows(seeded, plan.works),
        "city_report": lambda: [papers.city_row(seeded, plan.reported[-1], plan.works)],
        "city_memory": lambda: papers.city_memory(seeded, plan.reported),
        "workers": lambda: [report_jobs.workers(seeded, plan.shared, plan.works)],
        "word": lambda: [report_jobs.word(seeded, plan.reported[-1], plan.works)],
        "pages": lambda: papers.memory_of_pages(seeded, plan.reported[-1], plan.pages),
        "zip": lambda: [report_jobs.zip_of_reports(seeded, plan.zipped, plan.works)],
        "city": lambda: city.city_excel(seeded, plan.received, plan.works),
        "import": lambda: [land.importing(seeded, rows, plan.works) for rows in plan.imported],
        "excel": lambda: both_ways(seeded, plan.works),
        "readings": lambda: [metering.writing(seeded, plan.meters, plan.hours, plan.works)],
        "decision": lambda: filing.rows_of_work(seeded, plan.works, plan.checked),
        "scoring": lambda: [scoring.scoring(seeding.EDITION, plan.tables, plan.works)],
        "recompute": lambda: [batch_work.recomputing(seeding.more_tables(seeded, plan.tables), plan.works)],
        "inventories": lambda: [inventories.computing(plan.inventories, plan.works)],
        "owed": lambda: [duties.owed_on_a_day(seeded, plan.owed, plan.works)],
        "messages": lambda: [messages.through_a_worker(seeded, plan.messages, plan.works)],
        "sweep": lambda: [messages.sweep(plan.delivered, plan.effort)],
        "scope": lambda: [keeping.scope(seeded, plan.effort)],
        "upload": lambda: keeping.uploading(seeded, plan.kept, plan.works),
        "backup": lambda: keeping.backing_up(plan.kept),
    }
    for name, step in steps.items():
        if name in wanted:
            seeding.more_districts(seeded, plan.districts[1] if name in {"decision", "scope"} else 0)
            yield from step()


def line(row: BenchRow) -> str:
    """One row as text."""
    sign = "≤" if row.at_most else "≥"
    parts = [f"{row.name:<46} {row.ratio:7.2f} (worst {row.worst:.2f}) {sign} {row.target:<5} {'yes' if row.reached else 'NO'}"]
    if row.p95 is not None:
        parts.append(f"p95 {row.p95:.2f} ×")
    if row.queries is not None:
        parts.append(f"{row.queries} queries{'' if row.within else f' > {row.most_queries}'}")
    if row.packed is not None:
        parts.append(f"{row.kilobytes:.0f} KB, {row.packed:.0f} KB gz")
    if row.memory is not None:
        parts.append(f"{row.memory:.0f} MiB")
    return "  ".join([*parts, *(f"{name} {value}" for name, value in row.notes.items())])


def write(rows: Sequence[BenchRow], out: Path) -> None:
    """Write the result as JSON, with data of the machine and the day."""
    content: dict[str, Any] = {
        "measured_on": dt.datetime.now(tz=dt.UTC).date().isoformat(),  # the real day, not business time
        "machine": machine(),
        "rows": [row.as_json() for row in rows],
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def machine() -> dict[str, Any]:
    """Cores, memory and load of the machine."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {"cores": os.cpu_count(), "memory_gib": round(pages * size / 2**30), "load": round(os.getloadavg()[0], 1)}
