"""Confirming 无变化 by one click, and the reason for differing from a prefilled value."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments.findings.services import declare_unchanged
from assessments.prefill import services
from assessments.score_page.selectors.table_filter import ALL, LABELS
from assessments.tables.models import ScoreRow
from assessments.tables.views import live_table
from greendistrict.accounts.http import at_the_page
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying

MOST_NAMED = 5


@require_POST
def unchanged(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare the named rows, or all eligible ones, unchanged; refused rows are listed with the reason."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    items = None if "all" in request.POST else request.POST.getlist("item")
    declared = declare_unchanged(table=table, by=viewer.user, items=items)
    if declared.done:
        messages.success(request, f"{len(declared.done)}条已确认{'无变化' if table.previous_id else ''}")
    for name, text in list(declared.refused.items())[:MOST_NAMED]:
        messages.warning(request, f"{name} 不能确认：{text}")
    if not (declared.done or declared.refused):
        messages.info(request, "没有可以确认无变化的条文")
    show = request.POST.get("show", ALL)
    query = f"show={show}" if show in LABELS else f"item={items[0]}" if items else f"show={ALL}"
    return HttpResponseRedirect(f"{reverse('assessments:score_table', args=[pk])}?{query}")


@require_POST
def bring_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Prefill rows that are still empty, and return to the check."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    done = services.bring_in(table=table, by=viewer.user)
    return redirect_saying(request, f"已带入{done}条，请逐条核对后确认" if done else "没有可以带入的取值", "assessments:score_check", pk)


@require_POST
@at_the_page
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Update untouched rows when a table is opened; responds with a note about the changes."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    return render(request, "assessments/score_page/_score_brought.html", {"items": services.follow_sources(table=table, by=viewer.user)})


@require_POST
def override_reason(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Save why the row differs from the prefilled value."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    row = get_object_or_404(ScoreRow.objects.select_related("table__district"), table=table, item_id=item_id)
    services.give_reason(row=row, reason=request.POST.get("reason", ""), by=viewer.user)
    return redirect_saying(request, f"{item_id} 的改写理由已保存", f"{reverse('assessments:score_table', args=[pk])}?item={item_id}")
