"""OPERATE-REPORT, 八（四）, and OPERATE-CARBON, 七（三）4: reports on a year of operation, owed once the year is over."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from django.urls import reverse

from assessments.calendar import report_dues
from assessments.enums import ReportKind
from assessments.intake import FORMS, owes
from assessments.models import YearlyReport
from assessments.rules.intakes import HANDED_IN
from greendistrict.core import memo
from greendistrict.obligations.duties import Obligation, Yearly
from greendistrict.obligations.titled import owed_by, titled_districts
from greendistrict.obligations.use import first_day_in_use


def operation(today: dt.date) -> list[Yearly]:
    """Operation reports on the year before."""
    return _duties(ReportKind.OPERATION, today.year - 1)


def carbon(today: dt.date) -> list[Yearly]:
    """Carbon verifications of the year before: owed by the leading bodies, carried out by those who run the district."""
    return _duties(ReportKind.CARBON, today.year - 1)


def _duties(kind: ReportKind, year: int) -> list[Yearly]:
    due, form = report_dues([year])[kind, year], FORMS[kind]
    if due < first_day_in_use():
        return []
    title, key, unopened = f"{year}年度{form.kind.label}", f"{kind.value}-report", reverse("assessments:intake_list")
    return [Yearly(form.rule, form.cite, title, key, kind.value, year, due, "assessments:intake", unopened)]


def collect_operation(today: dt.date, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Operation reports on the year before."""
    return _owed(operation(today), only)


def collect_carbon(today: dt.date, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Carbon verifications of the year before."""
    return _owed(carbon(today), only)


def _owed(duties: list[Yearly], only: Collection[int] | None) -> Iterator[Obligation]:
    for duty in duties:
        there = _reports_on(duty.year, only)
        for district in titled_districts(only):
            if owes(district.stage, district.held_since, duty.year):
                report = there.get((district.pk, duty.records))
                filed = report.filed_at if report is not None and report.status in HANDED_IN else None
                yield owed_by(district, duty, report.pk if report else None, filed)


def _reports_on(year: int, only: Collection[int] | None) -> dict[tuple[int, str], YearlyReport]:
    """Reports of both kinds by district and kind; read once for both duties."""
    found = YearlyReport.objects.filter(year=year, **({} if only is None else {"district__in": only}))
    rows = found.only("district_id", "kind", "status", "filed_at")
    key = f"obligations.reports:{year}:{'' if only is None else sorted(only)}"
    return memo.once(key, lambda: {(row.district_id, row.kind): row for row in rows})
