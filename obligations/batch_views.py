"""Waive or extend several obligations: selected in the list, previewed one by one, decided with one reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import workdays
from greendistrict.core.errors import Refused
from greendistrict.core.memoisation import held_reads
from obligations import services
from obligations.batch import MOST, BatchItem, BatchWay, planned
from obligations.forms import BatchForm
from obligations.rules import may_decide, seat_word
from obligations.selectors import obligations_visible_to, urgent_first


@require_POST
def obligation_batch(request: HttpRequest) -> HttpResponse:
    """Preview of a decision with old and new day of each obligation; the confirmation does exactly what was shown."""
    viewer = viewer_of(request)
    if not may_decide(viewer.held):
        raise Http404
    wanted = set(request.POST.getlist("key")[:MOST])
    with held_reads():
        chosen = urgent_first((row for row in obligations_visible_to(viewer) if row.key in wanted), viewer.today)
    if not chosen:
        messages.error(request, "请先在清单中勾选事项")
        return redirect(_list(request))
    form = BatchForm(request.POST if "reason" in request.POST else None)
    items = planned(chosen, form.wish, viewer.today, workdays.current()) if form.is_valid() else []
    if items and request.POST.get("confirmed") == "yes":
        keys, shown = {item.obligation.key for item in items}, request.POST.getlist("shown")
        try:
            number = services.decide_many(keys=keys, wish=form.wish, shown=shown, by=viewer.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused))
            form.refused_status = refused.status
        else:
            messages.success(request, f"已{seat_word(viewer.held)}{number}项：{form.words}")
            return redirect(_list(request))
    context: dict[str, Any] = {
        "form": form,
        "items": items or [BatchItem(row) for row in chosen],
        "is_planned": bool(items),
        "doable": sum(not item.out for item in items),
        "waived": bool(items) and form.wish.way == BatchWay.WAIVE,
        "any_demo": any(row.is_demo for row in chosen),
        "back": _list(request),
        "asked": request.POST.get("asked", ""),
        "seat": seat_word(viewer.held),
        "crumbs": [("到期", _list(request)), ("批量免报或延期", "")],
    }
    return render(request, "obligations/obligation_batch.html", context, status=form.refused_status)


def _list(request: HttpRequest) -> str:
    """URL of the list with the filter from which the obligations were selected."""
    asked = request.POST.get("asked", "")
    return reverse("obligations:obligation_list") + (f"?{QueryDict(asked).urlencode()}" if asked else "")
