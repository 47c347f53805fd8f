"""Pages of the list of districts and its export."""

import functools
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from districts.file.forms.filters import GUIDELINE, DistrictFilter
from districts.file.list_workbook import district_book
from districts.file.rules import may_register
from districts.file.selectors.lists import DistrictRow, disclosed_to, ordered, row_values, summary_of
from districts.file.selectors.visibility import SEE_ALL, districts_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook

EXPORT_ROWS = 20_000
KEPT_ROWS = 1_024


class WrittenRow(NamedTuple):
    """A rendered row: cells for the table, item for narrow screens."""

    is_demo: bool
    cells: SafeString
    item: SafeString


def written(row: DistrictRow) -> WrittenRow:
    """HTML of a row; of its sources only the number is shown."""
    return _written(row._replace(areas=tuple(row.areas), sources=("",) * len(row.sources)))


@functools.lru_cache(KEPT_ROWS)
def _written(row: DistrictRow) -> WrittenRow:
    """Rendered row, cached under everything it shows."""
    context = {"row": row, "missing": row.missing}
    cells, item = (render_to_string(f"districts/file/{name}.html", context) for name in ("_district_row", "_district_item"))
    return WrittenRow(row.is_demo, cells, item)


@require_safe
def district_list(request: HttpRequest) -> HttpResponse:
    """Show visible districts, filtered and sorted by the query string, 50 per page, with counts of all matches."""
    viewer = viewer_of(request)
    filters = DistrictFilter(request.GET, queryset=districts_visible_to(viewer), request=request)
    found = disclosed_to(viewer, filters.qs)
    summary = summary_of(found)
    listed = list_context(request, row_values(ordered(found, request.GET.get("order", ""))), filters.form, count=summary.rows)
    page = listed["page"]
    rows = [written(DistrictRow.of(values)) for values in page.object_list]
    held = viewer.held
    context = listed | {
        "real": [row for row in rows if not row.is_demo],
        "demo": [row for row in rows if row.is_demo],
        "summary": summary,
        "guideline": request.GET.get("kind") == GUIDELINE,
        "may_register": may_register(held),
        "yearly_plans": held.has(Role.AUTHORITY, Role.BUREAU, *SEE_ALL),
        "export_href": reverse("districts:district_export"),
        "demo_from": sum(not row.is_demo for row in rows) + page.start_index() - 1,
    }
    return render(request, "districts/file/district_list.html", context)


@require_safe
def district_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook; the download is audited."""
    viewer = viewer_of(request)
    filters = DistrictFilter(request.GET, queryset=districts_visible_to(viewer), request=request)
    rows = row_values(ordered(disclosed_to(viewer, filters.qs), request.GET.get("order", "")))[:EXPORT_ROWS]
    content, count = district_book(map(DistrictRow.of, rows), today=viewer.today)
    return list_workbook(request, content, name="城区", action="districts.export", rows=count)
