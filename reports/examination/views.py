"""考核供数: figures for the annual examination, as a page and a workbook; only for the city."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.casework.selectors.titles_on_day import snapshot_day
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.documents.downloads import as_workbook
from reports.examination.figures import COLUMNS, Examination, examination, examination_book, title_of
from reports.examination.pictures import pictures_of

FIRST_YEAR = 2023


def _found(request: HttpRequest) -> Examination:
    """Figures for the requested year, by default the current one. Raises ``Http404`` for all but the city."""
    viewer = viewer_of(request)
    today = viewer.today
    if not viewer.held.is_city:
        raise Http404
    asked = request.GET.get("year", "")
    return examination(int(asked) if asked in years_of(today) else today.year, today, demo=viewer.user.is_demo)


def years_of(today: dt.date) -> list[str]:
    """Years that can be requested, newest first."""
    return [str(year) for year in range(today.year, FIRST_YEAR - 1, -1)]


@require_safe
def examination_table(request: HttpRequest) -> HttpResponse:
    """Show the table of a year (``?year=``)."""
    found = _found(request)
    today = viewer_of(request).today
    years = years_of(today)
    context = {
        "found": found,
        "title": title_of(found),
        "heads": COLUMNS.values(),
        "years": years,
        "chosen": str(found.year),
        "pictures": pictures_of(found),
        "titled_on": snapshot_day(found.year, today),
    }
    return render(request, "reports/examination/examination.html", context)


@require_safe
def examination_export(request: HttpRequest) -> HttpResponse:
    """Download the table as a workbook; the download is audited."""
    found = _found(request)
    audit.record(action="reports.export_examination", by=signed_in(request), data={"year": found.year})
    return as_workbook(examination_book(found, viewer_of(request).today), f"{title_of(found)}.xlsx")
