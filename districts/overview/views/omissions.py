"""管控应办未办: page and workbook."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.selectors.visibility import files_visible_to
from districts.overview.forms import OmissionFilter
from districts.overview.selectors.omissions import (
    PLOT,
    SHOWN_DISTRICTS,
    OmissionRow,
    by_body,
    by_district,
    by_duty,
    narrowed,
    omission_rows,
)
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import list_book, mark_of

HEADS = (
    ("城区", 34), ("对象", 10), ("地块编号或设施名称", 24), ("应办未办", 16), ("应办单位", 26), ("起算日", 12), ("登记情况", 50),
    ("依据", 12), ("补录说明", 10), ("数据", 10),
)  # fmt: skip
WORDS = {PLOT: "地块"}
CONDITIONS = ("duty", "body", "what", "told")


class OmissionsFound(NamedTuple):
    """The filter and the rows that match it."""

    filter: OmissionFilter
    rows: list[OmissionRow]


def _found(request: HttpRequest) -> OmissionsFound:
    viewer = viewer_of(request)
    found = OmissionFilter(request.GET, queryset=files_visible_to(viewer), request=request)
    asked = found.form.cleaned_data if found.form.is_valid() else {}
    duty, body, kind, told = (asked.get(name) or "" for name in CONDITIONS)
    rows = omission_rows(found.qs.order_by().values("pk"), viewer.today)
    return OmissionsFound(found, narrowed(rows, duty=duty, body=body, kind=kind, told=told))


@require_safe
def omission_list(request: HttpRequest) -> HttpResponse:
    """Show skipped steps of 七（二） in districts whose file the user reads; counts link to their rows."""
    request.nav = "districts:plot_overview"  # type: ignore[attr-defined]  # read by the menu
    found, rows = _found(request)
    context = list_context(request, rows, found.form, export="districts:omission_export")
    districts = by_district(rows)
    context |= {
        "lines": context["page"].object_list,
        "duties": by_duty(rows),
        "bodies": [body for body in by_body(rows) if body.number],
        "districts": districts[:SHOWN_DISTRICTS],
        "more_districts": max(len(districts) - SHOWN_DISTRICTS, 0),
        "only": districts[0] if request.GET.get("code") and districts else None,
        "any_demo": any(row.is_demo for row in rows),
    }
    return render(request, "districts/overview/omission_list.html", context)


@require_safe
def omission_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered rows as a workbook; the download is audited."""
    rows = _found(request).rows
    cells = [
        (row.district, WORDS.get(row.kind, "市政设施"), row.subject, row.omission.duty.label, row.omission.body.label, row.omission.since,
         row.omission.words, row.cite, "有" if row.is_told else "", mark_of(is_demo=row.is_demo))
        for row in rows
    ]  # fmt: skip
    content = list_book("管控应办未办", f"管控应办未办（{len(rows)}项）", HEADS, cells, demo=any(row.is_demo for row in rows))
    return list_workbook(request, content, name="管控应办未办", action="districts.export_omissions", rows=len(rows))
