"""关注事项: what runs late or ends soon in districts in sight, which is no breach of a duty."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.http import signed_in
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from obligations.forms import WatchFilter
from obligations.rules import reads_watches
from obligations.selectors import bodies_of, watched_in_sight


@require_safe
def watch_list(request: HttpRequest) -> HttpResponse:
    """What is watched in the districts in sight of this person, the earliest day first; kind, authority, district and words narrow it."""
    user, today = signed_in(request), clock.today()
    if not reads_watches(user):
        raise Http404
    with held_reads():
        rows = watched_in_sight(user, today)
        form = WatchFilter(request.GET, rows, names=bodies_of(rows), today=today)
        context = list_context(request, form.chosen(), form) | {"today": today}
    shown = context["page"].object_list
    codes = dict(districts_visible_to(user).filter(pk__in=[row.district_id for row in shown]).values_list("pk", "code")) if shown else {}
    context["lines"] = [{"watch": row, "code": codes.get(row.district_id)} for row in shown]
    return render(request, "obligations/watch_list.html", context)
