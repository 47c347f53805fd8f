"""Page: preview of an obligation's reminders."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import viewer_of
from obligations.reminder_preview import may_preview, rung_lines
from obligations.reminder_settings import hours
from obligations.selectors import obligation_of


@require_safe
def obligation_reminders(request: HttpRequest, key: str) -> HttpResponse:
    """Every step with its recipients; for the city and those responsible for the debtor's people."""
    viewer = viewer_of(request)
    today = viewer.today
    found = obligation_of(viewer, key)
    if found is None or not may_preview(viewer.held, found):
        raise Http404
    listed, detail = reverse("obligations:obligation_list"), reverse("obligations:obligation_detail", args=[key])
    context = {
        "obligation": found,
        "today": today,
        "lines": rung_lines(found, today),
        "hours": hours(),
        "crumbs": [("到期", listed), (f"{found.district}{found.title}", detail), ("提醒安排", "")],
    }
    return render(request, "obligations/obligation_reminders.html", context)
