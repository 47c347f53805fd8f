"""Page 全市年度数据: every figure of the city's annual report with its source rows; only for the city.

A part is read when it is opened: some read every score table of the year.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import Refused
from greendistrict.core.paging import PAGE_ROWS
from reports.city.figures.whole import SHOWN, CityReport, city_report
from reports.city.sections import pictures
from reports.city.sections.overview import schematic_map
from reports.composition.blocks import Chart
from reports.composition.charts import svg_of

FIRST, SCORES, CARBON = "stood", "scores", "carbon"
# Pictures of the paper by part. All but one read more than their part, so they are drawn of a year that is closed, whose parts are frozen.
PICTURES: Mapping[str, Sequence[Callable[[CityReport], Iterator[Chart]]]] = {
    FIRST: (pictures.titles,),
    "land": (pictures.plots,),
    CARBON: (pictures.carbon,),
    SCORES: (pictures.spread, pictures.medians, pictures.totals),
}


def _found(request: HttpRequest, year: int) -> CityReport:
    """Report of the year, of demo districts for demo accounts. Raises ``Http404`` for others than the city, and without a report."""
    viewer = viewer_of(request)
    if not viewer.held.is_city:
        raise Http404
    try:
        return city_report(year, viewer.today, demo=viewer.user.is_demo, brief=True)
    except Refused as refused:
        raise Http404 from refused


@require_safe
@vary_on_headers("HX-Request")
def city_year(request: HttpRequest, year: int) -> HttpResponse:
    """Show the figures of a part ``?part=`` with last year's, by default 总体情况 with its map; for htmx the part alone."""
    found, part = _found(request, year), request.GET.get("part", "")
    part = part if part in SHOWN else FIRST
    drawn = [block for block in schematic_map(found.stood) if isinstance(block, Chart)] if part == FIRST else []
    context = {
        "found": found,
        "parts": SHOWN.items(),
        "part": part,
        "title": SHOWN[part],
        "figures": found.figures_of(part),
        "is_reference": _is_reference(found, part),
        "maps": [(chart.caption, svg_of(chart)) for chart in drawn],
        "pictures": [(chart, svg_of(chart)) for chart in _pictures(found, part)],
        "lacks_pictures": part in PICTURES and part != CARBON and found.closing is None,
    }
    return render(request, f"reports/city/{'_parts' if getattr(request, 'htmx', False) else 'city_year'}.html", context)


def _pictures(found: CityReport, part: str) -> list[Chart]:
    """Pictures of a part."""
    if found.closing is None and part != CARBON:
        return []
    return [chart for draw in PICTURES.get(part, ()) for chart in draw(found)]


def _is_reference(found: CityReport, part: str) -> bool:
    """Whether a part shows scores under an unofficial edition."""
    return part == SCORES and found.reference


@require_safe
def city_figure(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """Show the source rows of one figure."""
    found = _found(request, year)
    if (shown := found.figure(key)) is None:
        raise Http404
    part, figure = shown
    page = Paginator(figure.rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "figure": figure,
        "is_reference": _is_reference(found, part),
        "page": page,
        "clauses": any(row.clause for row in figure.rows),
        "crumbs": [
            ("报告", reverse("reports:report_center")),
            (f"{year}年度全市数据", f"{reverse('reports:city_year', args=[year])}?part={part}"),
            (figure.label, ""),
        ],
    }
    return render(request, "reports/city/city_figure.html", context)
