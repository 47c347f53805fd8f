"""Limits of the paths over cases: minimal views that do the same work."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.views.decorators.http import require_POST

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from assessments.reviews.models import ExpertScore, Review

ROWS, FIRST = 50, 10
FIELDS = ("number", "district__name", "applicant__name", "status", "submitted_at", "accepted_at")
SCORE = ("assignment__item_id", "assignment__reading", "judgement", "points", "comment", "version")
PAGE = Template(
    "<!doctype html><title>limit</title><p>{{ count }}</p><table>"
    "{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


def cases(request: HttpRequest) -> HttpResponse:
    """Filtered, counted, sorted list of 50 cases as a plain table."""
    found = Case.objects.filter(status=request.GET["status"], district__type=request.GET["type"])
    return _page(found.order_by("-created_at", "-pk").values_list(*FIELDS)[:ROWS], found.count())


def desk(request: HttpRequest) -> HttpResponse:
    """Number of cases waiting for receipt, and the first ten."""
    del request
    found = Case.objects.filter(status=CaseState.SENT)
    return _page(found.order_by("sent_at").values_list(*FIELDS)[:FIRST], found.count())


def reviews(request: HttpRequest) -> HttpResponse:
    """Newest 50 reviews, counted, as a plain table."""
    del request
    found = Review.objects.order_by("-opened_at", "-pk")
    return _page(found.values_list("subject__number", "subject__title", "status", "score_due", "conclusion")[:ROWS], found.count())


def scores(request: HttpRequest, pk: int) -> HttpResponse:
    """Every clause assigned to a panel member as a plain table."""
    del request
    found = ExpertScore.objects.filter(assignment__member=pk).order_by("pk").values_list(*SCORE)
    rows = list(found)
    return _page(rows, len(rows))


@require_POST
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """An UPDATE of one row."""
    return HttpResponse(str(ExpertScore.objects.filter(pk=pk).update(comment=request.POST["value"])))


def _page(rows: object, count: int) -> HttpResponse:
    return HttpResponse(PAGE.render(Context({"rows": rows, "count": count})))
