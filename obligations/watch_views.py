"""关注事项: late or expiring things in visible districts that are not breaches of a duty."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from obligations.columns import WATCH_LIST, ListedDuty
from obligations.duties import Obligation
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
    page = context["page"]
    seen = districts_visible_to(viewer).filter(pk__in=[row.district_id for row in page.object_list])
    rows = WATCH_LIST.rows_of(_lines(page.object_list, today, dict(seen.values_list("pk", "code"))))
    context["shown"] = WATCH_LIST.html(rows, today, None, first=page.start_index())
    return render(request, "obligations/watch_list.html", context)


@require_safe
def watch_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    today = viewer_of(request).today
    with held_reads():
        rows = _asked(request, today).chosen()
    content = WATCH_LIST.book(WATCH_LIST.rows_of(_lines(rows, today, {})), today, "关注事项", f"关注事项（{len(rows)}项）")
    return list_workbook(request, content, name="关注事项", action="obligations.export_watches", rows=len(rows))


def _lines(rows: Iterable[Obligation], today: dt.date, codes: Mapping[int, str]) -> list[ListedDuty]:
    return [ListedDuty(row, row.state(today), code=codes.get(row.district_id or 0)) for row in rows]


def _asked(request: HttpRequest, today: dt.date) -> WatchFilter:
    """The bound filter over visible items. Raises ``Http404`` for people who may see none."""
    viewer = viewer_of(request)
    if not reads_watches(viewer.held):
        raise Http404
    rows = watched_in_sight(viewer)
    return WatchFilter(request.GET, rows, names=bodies_of(rows), today=today)
