"""The district page; each tab is a page of its own, and a fragment for htmx."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from greendistrict.accounts.viewer import viewer_of
from portal.district_page.selectors.page import head_of, page_of, tabs_for


@require_safe
@vary_on_headers("HX-Request")
def district(request: HttpRequest, code: str) -> HttpResponse:
    """Show the tab ``?tab=``, by default (or if the user may not open it) the overview."""
    page = page_of(viewer_of(request), code, request.GET.get("indicator", ""))
    shown = tabs_for(page)
    asked = request.GET.get("tab", "")
    key = asked if asked in shown else "overview"
    tab = shown[key]
    context = {
        "page": page,
        "district": page.district,
        "tabs": [(name, entry.label) for name, entry in shown.items()],
        "tab": key,
        "fragment": tab.template,
        "may_edit": page.edits_now,
        **tab.context(page),
    }
    if getattr(request, "htmx", False):
        return render(request, "portal/district_page/_tabs.html", context)
    return render(request, "portal/district_page/district.html", {**context, **head_of(page)})
