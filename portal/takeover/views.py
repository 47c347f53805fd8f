"""现有城区补录进度: page and workbook."""

from collections.abc import Iterable

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.cases.rules import may_work_in_bulk
from districts.common.enums import TITLED
from districts.file.columns import DISTRICT
from districts.file.forms import DistrictFilter, in_stage, of_world
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.filters import ColumnFilter
from greendistrict.columns.lists import RowAddress
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.policy.rules import reads_check
from portal.takeover.columns import RECORD, RECORDS, SUMS
from portal.takeover.rules import LACKING, RecordRow, ordered, sums
from portal.takeover.selectors import rows_for, takeover_rows, titled_in_sight, with_requests

HEADING = "现有城区补录进度"
STAGES = [(stage.value, stage.label) for stage in TITLED]


class TakeoverFilter(DistrictFilter):
    """Conditions of the page; ``lacking`` is no column of a district and is applied to the rows."""

    without = ("area", "type", "star", "key_area")
    stage = ColumnFilter(DISTRICT["stage"], in_stage, choices=STAGES)
    kind = of_world(nothing="全部城区")
    lacking = ColumnFilter(RECORD["number"], lambda _: Q(), choices=LACKING)


def _found(request: HttpRequest) -> tuple[TakeoverFilter, Viewer, list[RecordRow]]:
    """The filter, who asks, and the rows that match it but for what they lack. Raises ``Http404`` for those who read no policy check."""
    viewer = viewer_of(request)
    if not reads_check(viewer.held):
        raise Http404
    found = TakeoverFilter(request.GET, queryset=titled_in_sight(viewer), request=request)
    return found, viewer, takeover_rows(found.qs, viewer.today)


def _narrowed(request: HttpRequest, found: TakeoverFilter, rows: Iterable[RecordRow]) -> list[RecordRow]:
    asked = found.form.cleaned_data.get("lacking", "")
    return ordered([row for row in rows if row.meets(asked)], request.GET.get("order", ""))


@require_safe
def takeover(request: HttpRequest) -> HttpResponse:
    """Titled districts in sight with what their records lack for each need, who adds it and where; sums by leading body."""
    found, viewer, rows = _found(request)
    context = list_context(request, _narrowed(request, found, rows), found.form, export="portal:takeover_export")
    page = context["page"]
    lines = RECORDS.rows_of(rows_for(viewer, with_requests(page.object_list, viewer.held, viewer.today)))
    summed = [line.linked(request.GET.dict()) for line in sums(rows, found.form.cleaned_data.get("authority"))]
    address = RowAddress("districts:district_detail")
    context |= {
        "shown": RECORDS.html(lines, viewer.today, address, first=page.start_index(), query=request.GET),
        "sums": SUMS.html(SUMS.rows_of(summed), viewer.today, RowAddress(), first=None) if rows else None,
        "may_record": may_work_in_bulk(viewer.held),
        "today": viewer.today,
        "any_demo": any(row.district.is_demo for row in rows),
    }
    return render(request, "portal/takeover/takeover.html", context)


@require_safe
def takeover_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered rows as a workbook; the export is recorded."""
    found, viewer, rows = _found(request)
    rows = with_requests(_narrowed(request, found, rows), viewer.held, viewer.today)
    content = RECORDS.book(RECORDS.rows_of(rows), viewer.today, "补录进度", f"{HEADING}（{len(rows)}个城区）")
    return list_workbook(request, content, name=HEADING, action="portal.export_takeover", rows=len(rows))
