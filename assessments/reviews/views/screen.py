"""The meeting on a screen: agenda items one by one for the wall, the version that screens ask for, draft minutes."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from assessments.reviews.rules.reviews import oversees_reviews, runs_reviews
from assessments.reviews.selectors.agenda import agenda_of
from assessments.reviews.selectors.screen import first_open, meeting_version, minutes_of, screen_clause
from assessments.reviews.views.meeting import meeting_review
from assessments.reviews.views.reviews import person
from greendistrict.core import clock


@require_GET
def review_screen(request: HttpRequest, pk: int, item_id: str = "") -> HttpResponse:
    """One clause of the agenda with requirement, rule, values, evidence, points and comments of everybody, in large type."""
    user, found = person(request), meeting_review(request, pk)
    version = meeting_version(pk, seated=None)
    agenda = agenda_of(found)
    if not item_id and (first := first_open(agenda)):
        return redirect("assessments:review_screen_item", pk, first)
    clause = screen_clause(user, found, agenda, item_id)
    if item_id and clause is None:
        return redirect("assessments:review_screen", pk)
    context = {"review": found, "agenda": agenda, "clause": clause, "version": version, "runs": runs_reviews(user)}
    return render(request, "assessments/reviews/review_screen.html", context)


@never_cache
@require_GET
def review_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The version of the meeting, asked for every few seconds by every seat; one query beside session and posts."""
    user = person(request)
    version = meeting_version(pk, seated=None if oversees_reviews(user) else user)
    if version is None:
        raise Http404
    return JsonResponse({"version": version})


@require_GET
def review_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft of the minutes as the meeting stands, made to be printed."""
    user, found = person(request), meeting_review(request, pk)
    minutes = minutes_of(found)
    present, absent = minutes.seats(user)
    context = {"review": found, "minutes": minutes, "present": present, "absent": absent, "now": clock.now()}
    return render(request, "assessments/reviews/review_minutes.html", context)
