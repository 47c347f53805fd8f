"""关注事项: late or expiring things in visible districts that are not breaches of a duty."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import Cell, list_book, mark_of
from obligations.forms import WatchFilter
from obligations.rules import reads_watches
from obligations.selectors import bodies_of, watched_in_sight


@require_safe
def watch_list(request: HttpRequest) -> HttpResponse:
    """Watched items of visible districts, earliest first, filtered by kind, authority, district and text."""
    viewer = viewer_of(request)
    today = viewer.today
    with held_reads():
        form = _asked(request, today)
        context = list_context(request, form.chosen(), form, export="obligations:watch_export") | {"today": today}
    shown = context["page"].object_list
    codes = dict(districts_visible_to(viewer).filter(pk__in=[row.district_id for row in shown]).values_list("pk", "code")) if shown else {}
    context["lines"] = [{"watch": row, "code": codes.get(row.district_id)} for row in shown]
    return render(request, "obligations/watch_list.html", context)


@require_safe
def watch_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    with held_reads():
        rows = _asked(request, viewer_of(request).today).chosen()
    cells: list[list[Cell]] = [
        [row.title, row.district, row.organisation, row.how.anchor or row.how.rule, row.due, row.cite, mark_of(is_demo=row.is_demo)]
        for row in rows
    ]
    content = list_book("关注事项", f"关注事项（{len(rows)}项）", HEADS, cells, demo=any(row.is_demo for row in rows))
    return list_workbook(request, content, name="关注事项", action="obligations.export_watches", rows=len(rows))


def _asked(request: HttpRequest, today: dt.date) -> WatchFilter:
    """The bound filter over visible items. Raises ``Http404`` for people who may see none."""
    viewer = viewer_of(request)
    if not reads_watches(viewer.held):
        raise Http404
    rows = watched_in_sight(viewer)
    return WatchFilter(request.GET, rows, names=bodies_of(rows), today=today)


HEADS = (("事项", 40), ("城区", 34), ("申报主体", 30), ("由来", 36), ("日期", 12), ("依据", 12), ("数据", 10))
