"""催办 of one or several obligations: recipients and texts are previewed, then sent as shown."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import Refused
from greendistrict.core.memoisation import held_reads
from obligations import urging
from obligations.duties import Obligation
from obligations.forms import ObligationFilter, UrgingForm
from obligations.rules import may_urge
from obligations.selectors import bodies_of, in_sight, urgent_first

ALL_LATE = "late"


@require_http_methods(["GET", "POST"])
def obligation_urge(request: HttpRequest) -> HttpResponse:
    """Preview of an urging (by query string for few, by POST from the list for many); the confirmation sends what was shown.

    A list that names the recipient beside the button may urge immediately, with the text of the preview.
    """
    viewer = viewer_of(request)
    if not may_urge(viewer.held):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    rows = _chosen(viewer, asked)
    if not rows:
        messages.error(request, "没有可催办的事项，请在清单中勾选")
        return redirect(_back(request, asked))
    form = UrgingForm(asked if request.method == "POST" else None)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    status = 422 if form.errors else 200
    at_once = request.POST.get("at_once") == "yes" and len(rows) == 1
    if request.method == "POST" and (at_once or request.POST.get("confirmed") == "yes") and not form.errors:
        try:
            shown = (
                [item.shown for item in urging.planned(viewer.user, rows, note, viewer.today)] if at_once else request.POST.getlist("shown")
            )
            number = urging.urge(keys=[row.key for row in rows], shown=shown, note=note, by=viewer.user)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = refused.status
        else:
            messages.success(request, f"已催办{number}项")
            return redirect(_back(request, asked))
    items = urging.planned(viewer.user, rows, note, viewer.today)
    back = _back(request, asked)
    context: dict[str, Any] = {
        "form": form,
        "items": items,
        "doable": sum(not item.out for item in items),
        "any_demo": any(item.obligation.is_demo for item in items),
        "back": back,
        "asked": asked.get("asked", ""),
        "crumbs": [("到期", reverse("obligations:obligation_list")), ("催办", "")],
    }
    return render(request, "obligations/obligation_urge.html", context, status=status)


def _chosen(viewer: Viewer, asked: QueryDict) -> Sequence[Obligation]:
    """Selected obligations, or all overdue ones matching the list's filter that the person may urge."""
    today = viewer.today
    if asked.get("all") != ALL_LATE:
        return urgent_first(urging.chosen(viewer.user, asked.getlist("key")[: urging.MOST], today), today)
    with held_reads():
        rows = urgent_first(in_sight(viewer), today)
        form = ObligationFilter(QueryDict(asked.get("asked", "")), rows, names=bodies_of(rows), today=today)
        late = (row for row in form.chosen() if row.is_overdue(today) and urging.is_offered(viewer.user, row, today))
        return [row for row, _ in zip(late, range(urging.MOST), strict=False)]


def _back(request: HttpRequest, asked: QueryDict) -> str:
    """URL of the page it was requested from, else of the filtered list."""
    back = asked.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    conditions = QueryDict(asked.get("asked", "")).urlencode()
    return reverse("obligations:obligation_list") + (f"?{conditions}" if conditions else "")
