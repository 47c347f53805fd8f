"""The meeting on a projection screen: single agenda items, the version polled by screens, draft minutes."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.reviews.enums import ReviewState
from assessments.reviews.rules.reviews import oversees_reviews, runs_reviews
from assessments.reviews.selectors.agenda import agenda_of
from assessments.reviews.selectors.screen import first_open, followed, meeting_mark, meeting_version, minutes_of, screen_clause
from assessments.reviews.services.meeting import show_clause
from assessments.reviews.views.meeting import meeting_review
from assessments.reviews.views.reviews import run_review
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock


@require_GET
def review_screen(request: HttpRequest, pk: int, item_id: str = "") -> HttpResponse:
    """Show one clause of the agenda in large type: requirement, rule, values, evidence, points and comments of all readers.

    ``?follow`` shows the secretary's current clause instead; with ``?lead`` the secretary's navigation moves the other screens along.
    """
    viewer, found = viewer_of(request), meeting_review(request, pk)
    version = meeting_version(pk)
    agenda = agenda_of(found)
    going = found.status == ReviewState.MEETING
    follows = going and not item_id and "follow" in request.GET
    if follows:
        item_id = followed(found, agenda)
    elif not item_id and (first := first_open(agenda)):
        return redirect("assessments:review_screen_item", pk, first)
    clause = screen_clause(viewer, found, agenda, item_id)
    if item_id and clause is None:
        return redirect("assessments:review_screen", pk)
    runs = runs_reviews(viewer.held)
    context = {
        "review": found,
        "agenda": agenda,
        "clause": clause,
        "version": version,
        "runs": runs,
        "going": going,
        "follows": follows,
        "leads": going and runs and "lead" in request.GET and not follows,
    }
    return render(request, "assessments/reviews/review_screen.html", context)


@never_cache
@require_GET
def review_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The version of the meeting, polled every few seconds by every member; one query besides session and posts."""
    viewer = viewer_of(request)
    mark = meeting_mark(pk, seated=None if oversees_reviews(viewer.held) else viewer.user)
    if mark is None:
        raise Http404
    version, item = mark
    return JsonResponse({"version": version, "item": item})


@require_POST
def review_current(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a clause on every screen that follows, and redirect the secretary to it."""
    found, item_id = run_review(request, pk), request.POST.get("item", "")
    show_clause(review=found, item_id=item_id, by=viewer_of(request).user)
    return redirect(reverse("assessments:review_screen_item", args=[pk, item_id], query={"lead": "1"}))


@require_GET
def review_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Printable draft of the minutes in their current state."""
    viewer, found = viewer_of(request), meeting_review(request, pk)
    minutes = minutes_of(found)
    present, absent = minutes.seats(viewer.held)
    context = {"review": found, "minutes": minutes, "present": present, "absent": absent, "now": clock.now()}
    return render(request, "assessments/reviews/review_minutes.html", context)
