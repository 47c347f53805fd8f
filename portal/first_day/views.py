"""开用检查: what an agency still lacks, for the system keeper."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import viewer_of
from portal.first_day import selectors
from portal.operations.views import keeper


@require_safe
def first_day(request: HttpRequest) -> HttpResponse:
    """The check list, for the system keeper only."""
    keeper(request)
    lines = selectors.check_lines(viewer_of(request).moment)
    counts = [(state, sum(line.state == state for line in lines)) for state in (selectors.MISSING, selectors.OPEN, selectors.DONE)]
    groups = [(group, list(found)) for group, found in groupby(lines, key=lambda line: line.group)]
    return render(request, "portal/first_day/first_day.html", {"groups": groups, "counts": counts})
