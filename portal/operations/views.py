"""运行状况 for the system keeper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from portal.operations import selectors as found


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Configuration, scheduled jobs, schema, disk and calendar; the system keeper's only."""
    if not posts_of(signed_in(request)).has(Role.SYSTEM_KEEPER):
        raise Http404
    now = clock.now()
    lines = found.job_lines(now)
    context = {"lines": lines, "troubles": found.troubles(now, lines), "free": found.free_bytes()}
    return render(request, "portal/operations/operations.html", context)
