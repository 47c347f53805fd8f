"""Closings of years as reports and pages read them."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from approvals.casework.selectors.titles_on_day import snapshot_day
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.duty_table import DUTY_KINDS
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from obligations.filing_words import Filing, counted, filing_of
from reports.closings.figures import YearFigures
from reports.closings.lifecycle import YEAR_CLOSING, reads_closings
from reports.closings.models import ClosingEdition, ClosingState, StockRecord, YearClosing
from reports.closings.registry import FigureChange, closes_day, edition_in_force, is_stock_kept, owed_in_time, stock_of
from reports.closings.stocks import STOCK_KINDS


@dataclass(frozen=True)
class Closing:
    """A closed year: its edition in force, time of closing, reference days, and changes from the previous edition."""

    year: int
    edition: int
    closed_on: dt.date
    snapshot_day: dt.date
    closes_on: dt.date
    reason: str
    changes: tuple[FigureChange, ...]
    digest: str


class FlowLine(NamedTuple):
    """Filings of one kind for a year: how many were owed, filed and received in time, and which districts are missing."""

    label: str
    owed: int
    filed: int
    received: int
    missing: list[str]


def closing_of(year: int) -> Closing | None:
    """The closing in force of a year; None if it is not closed."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    return Closing(
        year=year,
        edition=edition.number,
        closed_on=edition.closed_at.astimezone(clock.SHANGHAI).date(),
        snapshot_day=edition.snapshot_day,
        closes_on=edition.closes_on,
        reason=edition.reason,
        changes=tuple(FigureChange(*row) for row in edition.changes),
        digest=edition.digest,
    )


def closed_days(on: dt.date, years: Collection[int]) -> Mapping[tuple[int, int], dt.date]:
    """By year: day of its first closing if that was by the day ``on``; fulfils the duty 年度数据冻结."""
    first = ClosingEdition.objects.filter(number=1, closing__year__in=years, closed_at__lt=clock.end_of(on))
    return {(0, year): at.astimezone(clock.SHANGHAI).date() for year, at in first.values_list("closing__year", "closed_at")}


def closings_visible_to(viewer: Viewer) -> QuerySet[YearClosing]:
    """Closings the user sees, newest first: only for the city."""
    return YearClosing.objects.all() if reads_closings(viewer.held) else YearClosing.objects.none()


def year_lines(viewer: Viewer) -> list[dict[str, Any]]:
    """Visible closings, newest first, preceded by years still to be closed; a constant number of queries."""
    if not reads_closings(viewer.held):
        return []
    today, rows = viewer.today, {row.year: row for row in closings_visible_to(viewer).prefetch_related("editions")}
    years = sorted({*rows, *(year for year in (today.year - 1, today.year) if year >= first_day_in_use().year - 1)}, reverse=True)
    with held_reads():
        return [_line(year, rows.get(year)) for year in years]


def open_before(viewer: Viewer, year: int) -> list[int]:
    """Earlier years that are not closed; years are closed in their order, because each is compared with the one before."""
    rows = closings_visible_to(viewer).exclude(status=ClosingState.CLOSED).filter(year__lt=year)
    return list(rows.order_by("year").values_list("year", flat=True))


def _line(year: int, closing: YearClosing | None) -> dict[str, Any]:
    editions = list(closing.editions.all()) if closing else []
    last = editions[-1] if editions else None
    is_closed = closing is not None and closing.status == ClosingState.CLOSED
    stated = closing.closes_on if closing else None
    return {
        "year": year,
        "state": YEAR_CLOSING.state(closing.status if closing else ClosingState.OPEN),
        "edition": last.number if last else 0,
        "closed_on": last.closed_at.astimezone(clock.SHANGHAI).date() if last else None,
        "snapshot_day": last.snapshot_day if last and is_closed else snapshot_day(year, dt.date.max),
        "closes_on": last.closes_on if last and is_closed else stated or closes_day(year),
        "changes": len(last.changes) if last else 0,
    }


def snapshot_on(days: YearFigures) -> dt.date:
    """Snapshot day of a year, even in the future."""
    return days.snapshot_day if days.is_closed else snapshot_day(days.year, dt.date.max)


def flow_lines(year: int, today: dt.date) -> list[FlowLine]:
    """Filings owed by districts with a title on the snapshot day, as they stood on the last day of receipt."""
    found: dict[str, list[tuple[str, Collection[Filing]]]] = {}
    with held_reads():
        for row in owed_in_time(year):
            if not row.waived:
                found.setdefault(row.kind, []).append((row.district, filing_of(row, today)))
    return [_flow(kind, rows) for kind, rows in found.items()]


def _flow(kind: str, rows: Collection[tuple[str, Collection[Filing]]]) -> FlowLine:
    total = counted(words for _, words in rows)
    missing = [name for name, words in rows if Filing.MISSING in words]
    return FlowLine(DUTY_KINDS[kind].label, total[Filing.OWED], total[Filing.FILED], total[Filing.RECEIVED], missing)


def stocks_of(year: int, today: dt.date) -> list[tuple[str, str]]:
    """Title of each kind of stock, and when that of a year was stored, or whether it will be."""
    kept = {record.key: stock_of(record).words for record in StockRecord.objects.filter(year=year)}
    missing = "统计截止日过后留存" if is_stock_kept(year, today) else "没有留存，报告按变动记录推算"
    return [(kind.title, kept.get(key, missing)) for key, kind in STOCK_KINDS.items()]


def _not_closed() -> QuerySet[YearClosing]:
    return YearClosing.objects.exclude(status=ClosingState.CLOSED)


@among(_not_closed)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Years waiting to be closed, for the city's 审定."""
    waiting = _not_closed().order_by("year")
    return [
        Task(
            "年度关账更正" if row.status == ClosingState.CORRECTING else "年度关账",
            f"{row.year}年度",
            reverse("reports:closing", args=[row.year]),
            since=row.opened_at,
            kind="year_closing",
            owed=(f"snapshot:{row.year}",),
        )
        for row in (waiting if viewer.held.has(Role.CITY_DIRECTOR) else ())
    ]
