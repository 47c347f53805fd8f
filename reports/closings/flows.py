"""Flows of a year as of its last day of receipt: later filings and receipts do not count."""

import datetime as dt
from collections.abc import Collection

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.enums import YearlyReportState
from assessments.yearly_reports.models import YearlyReport
from greendistrict.core import memoisation
from obligations.duties import Obligation
from obligations.selectors import owed_on_years
from obligations.self_check import KEY
from reports.closings.days import receipts_day, received_in_time


def owed_in_time(
    year: int, *, kinds: Collection[str] = (), only: Collection[int] | None = None, on: dt.date | None = None
) -> list[Obligation]:
    """Duties for a year as by ``owed_on_years``, ignoring filings and receipts after the last day of receipt."""
    day = receipts_day(year)
    return [_as_of(row, day) for row in owed_on_years([year], kinds=kinds, only=only, on=on)]


def _as_of(row: Obligation, day: dt.date) -> Obligation:
    if row.met_on is not None and row.met_on > day:
        return row._replace(met_on=None, status="")
    if row.is_received and row.record not in _received(row.kind, row.year):
        return row._replace(status=SelfCheckState.FILED)
    return row


def _received(kind: str, year: int) -> Collection[int]:
    """Keys of self-checks or yearly reports for a year received in time; read once for a page."""
    if kind == KEY:
        return memoisation.once(_keys, SelfCheck, year, str(SelfCheckState.RECEIVED))
    return memoisation.once(_keys, YearlyReport, year, str(YearlyReportState.RECEIVED))


def _keys(model: type[SelfCheck | YearlyReport], year: int, state: str) -> Collection[int]:
    found = model.objects.filter(received_in_time(year), year=year, status=state)
    return frozenset(found.values_list("pk", flat=True))
