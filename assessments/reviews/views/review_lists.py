"""The list of reviews, its workbook, and the page experts get instead."""

import datetime as dt

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.common.views import list_export, list_page
from assessments.reviews.columns import CONCLUDED_LIST, REVIEW_LIST
from assessments.reviews.enums import ENDED_STATES, MemberState
from assessments.reviews.forms import ReviewFilter
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.rules import oversees_reviews
from assessments.reviews.selectors import reviews as selectors
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context


@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """Show all reviews to overseers; experts see their invitations and reviews."""
    viewer = viewer_of(request)
    form, rows = _asked(request, viewer)
    oversees = oversees_reviews(viewer.held)
    export = "assessments:review_export" if oversees else ""
    context = list_context(request, rows, form, export=export)
    table, route = (REVIEW_LIST, "assessments:review") if oversees else (CONCLUDED_LIST, "assessments:review_opinion")
    context["shown"] = list_page(viewer, table, context["page"], route)
    if not oversees:
        return render(request, "assessments/reviews/own_reviews.html", context | {"memberships": _memberships(viewer)})
    return render(request, "assessments/reviews/review_list.html", context)


@require_GET
def review_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook, for overseers."""
    viewer = viewer_of(request)
    if not oversees_reviews(viewer.held):
        raise Http404
    return list_export(request, REVIEW_LIST, _asked(request, viewer)[1], "件", action="review.export")


def _asked(request: HttpRequest, viewer: Viewer) -> tuple[BaseForm, QuerySet[Review]]:
    """The filter of the query string, and the visible reviews that match it, newest first."""
    found = ReviewFilter(request.GET or None, selectors.review_list(viewer))
    return found.form, found.qs.order_by("-opened_at", "-pk")


def _memberships(viewer: Viewer) -> list[tuple[PanelMember, int | None, bool]]:
    with held_reads():
        return [_membership(member, viewer.today) for member in selectors.invitations_of(viewer)]


def _membership(member: PanelMember, today: dt.date) -> tuple[PanelMember, int | None, bool]:
    waiting = member.state == MemberState.INVITED
    day = selectors.answer_due(member) if waiting else member.review.score_due
    done = member.review.status in ENDED_STATES or (not waiting and member.submitted_at is not None)
    return member, None if done else selectors.days_left(day, today), waiting
