"""Pages of the list of districts and its export."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.file.columns import DISTRICT_LIST
from districts.file.forms import GUIDELINE, DistrictFilter
from districts.file.rules import may_register
from districts.file.selectors.lists import DistrictRow, disclosed_to, row_values, summary_of, sums_of
from districts.file.selectors.visibility import SEE_ALL, districts_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook

EXPORT_ROWS = 20_000
FORMER_ORDERS = {"area": "areas", "km2": "area_km2", "titled": "titled_on"}  # as release 0.1.0 named them in addresses


def filtered_districts(request: HttpRequest) -> tuple[Any, QuerySet[Any, Any]]:
    """Filter of the query string, and what it finds of the districts that the reader sees."""
    viewer = viewer_of(request)
    filters = DistrictFilter(request.GET, queryset=districts_visible_to(viewer), request=request)
    return filters.form, disclosed_to(viewer, filters.qs)


def _ordered(request: HttpRequest, found: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    asked = request.GET.get("order", "")
    name = asked.removeprefix("-")
    return row_values(DISTRICT_LIST.ordered(found, asked.replace(name, FORMER_ORDERS.get(name, name))))


@require_safe
def district_list(request: HttpRequest) -> HttpResponse:
    """Show visible districts, filtered and sorted by the query string, 50 per page, with counts of all matches."""
    viewer, (form, found) = viewer_of(request), filtered_districts(request)
    summary = summary_of(found)
    listed = list_context(request, _ordered(request, found), form, count=summary.rows)
    rows = [DistrictRow(*values) for values in listed["page"].object_list]
    parts = [[row for row in rows if row.is_demo == demo] for demo in (False, True)]
    address, first = RowAddress("districts:district_detail"), listed["page"].start_index()
    sums = sums_of("真实城区", summary.real) if summary.real.total else sums_of("虚构城区", summary.demo)
    guideline = request.GET.get("kind") == GUIDELINE
    context = listed | {
        "real": DISTRICT_LIST.html(parts[0], viewer.today, address, first=first, query=request.GET, sums=None if guideline else sums),
        "demo": DISTRICT_LIST.html(parts[1], viewer.today, address, first=first + len(parts[0])),
        "summary": summary,
        "guideline": guideline,
        "may_register": may_register(viewer.held),
        "yearly_plans": viewer.held.has(Role.AUTHORITY, Role.BUREAU, *SEE_ALL),
        "export_href": reverse("districts:district_export"),
    }
    return render(request, "districts/file/district_list.html", context)


@require_safe
def district_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook; the download is audited."""
    rows = [DistrictRow(*values) for values in _ordered(request, filtered_districts(request)[1])[:EXPORT_ROWS]]
    title = f"城区（{len(rows)}个）。没有出处的写未查明；导则覆盖区不是城区"
    content = DISTRICT_LIST.book(rows, viewer_of(request).today, "城区", title)
    return list_workbook(request, content, name="城区", action="districts.export", rows=len(rows))
