"""Limits of the rows on duties: minimal work for a list of them and a month of the calendar."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from obligations.collectors import YEARLY
from tools.bench.limits import LIST_ROWS, plain_page

Line = tuple[dt.date, str, str, str, str | None, object]


def yearly_lines(years: Sequence[int]) -> list[Line]:
    """One tuple for each titled district, yearly duty and year reported on, sorted by day."""
    checks = {(row[0], row[1]): row for row in SelfCheck.objects.values_list("district_id", "year", "pk", "status")}
    reports = {(row[0], row[1], row[2]): row for row in YearlyReport.objects.values_list("kind", "district_id", "year", "pk", "status")}
    titled = District.objects.exclude(titled_on=None).select_related("applicant")
    found: list[Line] = []
    for pk, name, body in titled.values_list("pk", "name", "applicant__name"):
        for kind in YEARLY:
            for year in years:
                due, record = dt.date(year + 1, 3, 31), checks.get((pk, year)) or reports.get((kind, pk, year))
                found.append((due, name, f"{kind}:{pk}:{year}", kind, body, record))
    return sorted(found)


def month(request: HttpRequest) -> HttpResponse:
    """What is due in the month ``?month=2027-03``: number per day, and the first fifty as a plain table."""
    first = dt.date.fromisoformat(f"{request.GET['month']}-01")
    lines = [line for line in yearly_lines([first.year - 1]) if line[0] >= first]
    return plain_page([*Counter(line[0] for line in lines).items(), *lines[:LIST_ROWS]], len(lines))
