"""Search page, and its results alone for the command palette."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from greendistrict.accounts.viewer import viewer_of
from portal.search.selectors.contents import actions, clean, pages
from portal.search.selectors.search import search as everything


@require_safe
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """Show results for ``?q=`` that the user may open; the palette gets only the results, without a text those of the roles."""
    text = clean(request.GET.get("q", ""))
    viewer = viewer_of(request)
    if getattr(request, "htmx", False):
        groups = everything(viewer, text) if text else [found for found in (actions(viewer, ""), pages(viewer, "")) if found.hits]
        return render(request, "portal/search/_hits.html", {"text": text, "groups": groups})
    return render(request, "portal/search/search.html", {"text": text, "groups": everything(viewer, text)})
