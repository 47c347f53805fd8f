"""Page of a district's timeline, filtered by the query string, in pages or complete for printing."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.forms import day
from districts.file.selectors.visibility import district_seen
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from portal.timeline.selectors import ALL_GROUPS, TimelineConditions, life_of_events, timeline_of


class TimelineForm(forms.Form):
    """Filter of the timeline."""

    group = forms.ChoiceField(label="类别", choices=[("", "全部"), *((group, group) for group in ALL_GROUPS)], required=False)
    since = day("从")
    until = day("到")
    q = forms.CharField(label="文字", max_length=60, required=False)

    def wanted(self) -> TimelineConditions:
        """The valid conditions."""
        data: dict[str, Any] = getattr(self, "cleaned_data", {})
        return TimelineConditions(data.get("group", ""), data.get("since"), data.get("until"), data.get("q", "").strip())


PAGE_ROWS = 50
PRINTED_ROWS = 2_000


@require_safe
def timeline(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything that happened to a district; ``?print=1`` shows it complete for printing."""
    viewer = viewer_of(request)
    district = district_seen(viewer, code)
    form = TimelineForm(request.GET)
    form.is_valid()
    events = timeline_of(viewer, district, form.wanted())
    printing = request.GET.get("print") == "1"
    page = Paginator(events, PRINTED_ROWS if printing else PAGE_ROWS).get_page(None if printing else request.GET.get("page"))
    entries = [
        {"at": event.at, "title": event.title, "who": event.who, "note": event.note, "href": event.href, "used": event.group}
        for event in page.object_list
    ]
    context = {
        "district": district,
        "filter_form": form,
        "page": page,
        "entries": entries,
        "line": life_of_events(district, events, viewer.today) if entries else None,
        "printing": printing,
        "now": clock.now(),
    }
    return render(request, "portal/timeline/timeline.html", context)
