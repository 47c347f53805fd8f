"""Rows of a share: drawer and autosave, the form without JavaScript."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from assessments.findings.services.unchanged import declare_unchanged
from assessments.score_page.selectors.table_drawer import drawer_of
from assessments.score_page.selectors.table_rows import BUILD_CHOICES, ScoreSheet, row_view
from assessments.score_page.views.cells import save_posted
from assessments.share_page.selectors import share_sheet
from assessments.share_page.views.shares import share_context
from assessments.sharing.models import RowShare
from assessments.sharing.rules import may_fill
from assessments.sharing.views import seen_share
from assessments.tables.forms import typed_fields, version_of
from assessments.tables.selectors import presence as presences
from assessments.tables.services.cells import CellProblem, SavedCell, cleaned, item_of, save_cell
from greendistrict.accounts.http import at_the_page
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.workflow.pages import NOT_YOURS
from indicators.scoring.prepare import Item


@method_decorator(at_the_page, name="dispatch")
class ShareRowView(View):
    """One assigned row; other rows of the table give 404."""

    def get(self, request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
        """Drawer as a fragment, or with ``?fresh`` the row as it is now; without htmx the page with the row open."""
        viewer = viewer_of(request)
        share = seen_share(viewer, pk)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{reverse('assessments:share', args=[pk])}?item={item_id}")
        sheet = _with_row(share, item_id)
        editable = may_fill(viewer.held, share)
        if editable and "fresh" in request.GET:
            return render(
                request,
                "assessments/share_page/_share_saved.html",
                share_saved_context(request, sheet, sheet.scored.table.items[item_id], reshape=True),
            )
        context = {
            "table": share.table,
            "share": share,
            "drawer": drawer_of(sheet, item_id),
            "editable": editable,
            "reads_files": True,
            "opened": True,
            "build_choices": BUILD_CHOICES,
        }
        return render(request, "assessments/score_page/_score_drawer.html", context)

    def post(self, request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
        """Save one cell; responds as ``ScoreRowView`` but without totals."""
        share = seen_share(viewer_of(request), pk)
        _with_row(share, item_id)

        def row(item: Item, _saved: SavedCell, *, reshape: bool) -> HttpResponse:
            context = share_saved_context(request, share_sheet(share), item, reshape=reshape)
            return render(request, "assessments/share_page/_share_saved.html", context)

        return save_posted(request, share.table, item_id, f"{reverse('assessments:share', args=[pk])}?item={item_id}", row)


def _with_row(share: RowShare, item_id: str) -> ScoreSheet:
    """Sheet of the share. Raises ``Http404`` if the row is not in it."""
    sheet = share_sheet(share)
    if item_id not in sheet.rows:
        raise Http404
    return sheet


def share_saved_context(request: HttpRequest, sheet: ScoreSheet, item: Item, *, reshape: bool) -> dict[str, Any]:
    """Template context of what changes with a row of a share: only that row."""
    rule_shown = request.POST.get("drawer") == item.id
    return {
        "table": sheet.table,
        "row": row_view(sheet, item),
        "drawer": drawer_of(sheet, item.id, live=False) if rule_shown else None,
        "operation": sheet.table.stage == "operation",
        "editable": True,
        "building": sheet.table.building,
        "rule_shown": rule_shown,
        "reshape": reshape,
        "build_choices": BUILD_CHOICES,
        "oob": True,
    }


@require_POST
def share_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save every changed cell of the share's form without JavaScript."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    NotAllowed.unless(may_fill(viewer.held, share), NOT_YOURS)
    sheet, problems = share_sheet(share), []
    for name in [name for name in request.POST.getlist("rows") if name in sheet.rows]:
        item, version = item_of(share.table, name), version_of(name, request.POST)
        for field, raw in typed_fields(item, request.POST).items():
            try:
                if cleaned(share.table, item, field, raw) != getattr(sheet.rows[name], field):
                    version = save_cell(
                        table=share.table, item_id=name, field=field, value=raw, version=version, token="", by=viewer.user
                    ).version
            except (CellProblem, Stale) as problem:
                problems.append(f"{name}：{problem}")
    if not problems:
        return HttpResponseRedirect(reverse("assessments:share", args=[pk]))
    context = share_context(request, viewer, share) | {"errors": problems}
    return render(request, "assessments/share_page/share.html", context, status=422)


@require_safe
@at_the_page
def share_presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Other people working on rows of the share, and rows changed since ``?since``."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    now, own = clock.now(), share_sheet(share).rows
    presences.note(share.table_id, viewer, request.GET.get("item", ""))
    changed = presences.changed_since(share.table, parse_datetime(request.GET.get("since", "").replace(" ", "+")))
    others = [{"name": one.name, "item": one.item_id} for one in presences.others(share.table_id, viewer) if one.item_id in own]
    answer = {"others": others, "changed": [one for one in changed if one[0] in own], "now": (now - presences.OVERLAP).isoformat()}
    return JsonResponse(answer)


@require_POST
def share_unchanged(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare 无变化 for the named rows, or for all eligible rows of the share."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    NotAllowed.unless(may_fill(viewer.held, share), NOT_YOURS)
    declared = declare_unchanged(table=share.table, by=viewer.user, items=None if "all" in request.POST else request.POST.getlist("item"))
    if declared.done:
        messages.success(request, f"{len(declared.done)}条已确认无变化")
    for name, text in declared.refused.items():
        messages.warning(request, f"{name} 不能确认：{text}")
    if not (declared.done or declared.refused):
        messages.info(request, "没有可以确认无变化的条文")
    return HttpResponseRedirect(reverse("assessments:share", args=[pk]))
