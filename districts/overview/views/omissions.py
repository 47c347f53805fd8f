"""管控应办未办: page and workbook."""

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
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TextColumn
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.paging import list_context
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.downloads import list_workbook

WORDS = {PLOT: "地块"}
OMITTED = Columns(
    OmissionRow,
    subject=TextColumn(label="地块或设施", width=24),
    kind=ComputedColumn("对象", lambda row, _today: WORDS.get(row.kind, "市政设施"), ("kind",), width=10),
    district=TextColumn(label="城区", width=34),
    duty=ComputedColumn("应办未办", lambda row, _today: TonedWord(row.omission.duty.label, "amber"), ("omission",), width=16),
    cite=TextColumn(label="依据"),
    body=ComputedColumn("应办单位", lambda row, _today: str(row.omission.body.label), ("omission",), width=26),
    since=DayColumn(source="omission__since", label="起算日"),
    words=TextColumn(source="omission__words", label="登记情况", width=50),
    told=ComputedColumn("补录说明", lambda row, _today: "已有补录说明" if row.is_told else "", ("is_told",), css=""),
)
OMISSION_LIST = ListTable(
    OMITTED, "subject", "district", "duty+cite", "body", "since", "words+told", caption="应办未办的地块和市政设施", key="href",
    demo="is_demo", exported=("district", "kind", "subject", "duty", "body", "since", "words", "cite", "told"),
)  # fmt: skip
CONDITIONS = ("duty", "body", "what", "told")


def _found(request: HttpRequest) -> tuple[OmissionFilter, list[OmissionRow]]:
    """The filter and the rows that match it."""
    viewer = viewer_of(request)
    found = OmissionFilter(request.GET, queryset=files_visible_to(viewer), request=request)
    asked = found.form.cleaned_data if found.form.is_valid() else {}
    duty, body, kind, told = (asked.get(name) or "" for name in CONDITIONS)
    rows = omission_rows(found.qs.order_by().values("pk"), viewer.today)
    return found, narrowed(rows, duty=duty, body=body, kind=kind, told=told)


@require_safe
def omission_list(request: HttpRequest) -> HttpResponse:
    """Show skipped steps of 七（二） in districts whose file the user reads; counts link to their rows."""
    request.nav = "districts:plot_overview"  # type: ignore[attr-defined]  # read by the menu
    found, rows = _found(request)
    context = list_context(request, rows, found.form, export="districts:omission_export")
    districts = by_district(rows)
    context |= {
        "shown": OMISSION_LIST.html(
            OMISSION_LIST.rows_of(context["page"].object_list), viewer_of(request).today, RowAddress(), first=context["page"].start_index()
        ),
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
    rows = OMISSION_LIST.rows_of(_found(request)[1])
    content = OMISSION_LIST.book(rows, viewer_of(request).today, "管控应办未办", f"管控应办未办（{len(rows)}项）")
    return list_workbook(request, content, name="管控应办未办", action="districts.export_omissions", rows=len(rows))
