"""Two editions side by side, clause by clause; prints as a table."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import viewer_of
from indicators.comparison.comparison import LABELS, ClauseChange, compare
from indicators.editions import selectors
from indicators.editions.forms import EditionPair


@require_safe
def edition_diff(request: HttpRequest) -> HttpResponse:
    """Compare two editions chosen by ``?old=&new=``; without a choice ask for it."""
    editions = selectors.editions_visible_to(viewer_of(request)).select_related("stored")
    form = EditionPair(request.GET or None, editions=editions)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        found = compare(old.document, new.document)
        counts = [(LABELS[kind], count) for kind, count in found.counts.items()]
        groups: dict[str, list[ClauseChange]] = {}
        for change in found.clauses:
            groups.setdefault(change.chapter, []).append(change)
        context |= {"old": old, "new": new, "found": found, "counts": counts, "groups": list(groups.items())}
    return render(request, "indicators/comparison/edition_diff.html", context, status=422 if form.errors else 200)
