"""Search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.accounts.http import signed_in
from portal.search import selectors as found


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What ``?q=`` finds among the things this person may open."""
    text = found.clean(request.GET.get("q", ""))
    return render(request, "portal/search/search.html", {"text": text, "groups": found.search(signed_in(request), text)})
