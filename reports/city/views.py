"""Page 全市年度数据: every figure of the city's annual report with its source rows; only for the city."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import Refused
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import PAGE_ROWS
from reports.city.figures.whole import CityReport, city_report
from reports.city.sections.overview import schematic_map
from reports.composition.blocks import Chart
from reports.composition.charts import svg_of


def _found(request: HttpRequest, year: int) -> CityReport:
    """Report of the year, of demo districts for demo accounts. Raises ``Http404`` for others than the city, and without a report."""
    viewer = viewer_of(request)
    if not viewer.held.is_city:
        raise Http404
    try:
        return city_report(year, viewer.today, demo=viewer.user.is_demo)
    except Refused as refused:
        raise Http404 from refused


@require_safe
def city_year(request: HttpRequest, year: int) -> HttpResponse:
    """Show every figure of a year with last year's, by part."""
    with held_reads():
        found = _found(request, year)
        groups = list(found.groups)
        drawn = [block for block in schematic_map(found.stood) if isinstance(block, Chart)]
    context = {"found": found, "groups": groups, "maps": [(chart.caption, svg_of(chart)) for chart in drawn]}
    return render(request, "reports/city/city_year.html", context)


@require_safe
def city_figure(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """Show the source rows of one figure."""
    with held_reads():
        found = _found(request, year)
        figure = found.figure(key)
    if figure is None:
        raise Http404
    page = Paginator(figure.rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "figure": figure,
        "is_reference": found.reference and figure in found.scores.figures,
        "page": page,
        "clauses": any(row.clause for row in figure.rows),
        "crumbs": [
            ("报告", reverse("reports:report_center")),
            (f"{year}年度全市数据", reverse("reports:city_year", args=[year])),
            (figure.label, ""),
        ],
    }
    return render(request, "reports/city/city_figure.html", context)
