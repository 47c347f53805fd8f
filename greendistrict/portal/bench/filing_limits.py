"""Limits of the paths over cases: the barest views that could do the same work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template

from approvals.models import Case

ROWS, FIRST = 50, 10
FIELDS = ("number", "district__name", "applicant__name", "status", "submitted_at", "accepted_at")
PAGE = Template(
    "<!doctype html><title>limit</title><p>{{ count }}</p><table>"
    "{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """Filtered, counted, sorted list of 50 cases as a plain table."""
    found = Case.objects.filter(status=request.GET["status"], district__type=request.GET["type"])
    return _page(found.order_by("-created_at", "-pk").values_list(*FIELDS)[:ROWS], found.count())


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """How many cases wait for receipt, and the first ten."""
    del request
    found = Case.objects.filter(status="sent")
    return _page(found.order_by("sent_at").values_list(*FIELDS)[:FIRST], found.count())


def _page(rows: object, count: int) -> HttpResponse:
    return HttpResponse(PAGE.render(Context({"rows": rows, "count": count})))
