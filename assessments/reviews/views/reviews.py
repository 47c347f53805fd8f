"""Lists of reviews and, for those who run and oversee one, its pages: review, pool, draw, appointment, chair, meeting notice."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm, Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.common.views import list_export, list_page
from assessments.reviews.columns import CONCLUDED_LIST, REVIEW_LIST
from assessments.reviews.enums import BEFORE_SCORING, ENDED_STATES, ON_PANEL, WITH_PANEL, MemberState, ReviewState, SeatDuty
from assessments.reviews.forms import AppointForm, CallForm, DueForm, ReviewFilter, ReviewPlanForm
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.rules import oversees_reviews, runs_reviews, scores_are_open
from assessments.reviews.selectors import reviews as selectors
from assessments.reviews.selectors.facts import panel_facts, shortfall_of
from assessments.reviews.selectors.panels import panel_draw_data, with_signature
from assessments.reviews.selectors.pool import candidates, chapter_words, dimensions_of, load_of, terms_of
from assessments.reviews.services import meeting_records as members
from assessments.reviews.services.meeting import call_meeting, hold_scoring, plan_days
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import redirect_saying
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.machine import State
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import event_receivers, offered
from greendistrict.workflow.services import Offered
from greendistrict.workflow.timeline import action_label, of_subject


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
    return [_membership(member, viewer.today) for member in selectors.invitations_of(viewer)]


def _membership(member: PanelMember, today: dt.date) -> tuple[PanelMember, int | None, bool]:
    waiting = member.state == MemberState.INVITED
    day = selectors.answer_due(member) if waiting else member.review.score_due
    done = member.review.status in ENDED_STATES or (not waiting and member.submitted_at is not None)
    return member, None if done else selectors.days_left(day, today), waiting


FilledForm = TypeVar("FilledForm", bound=Form)
DRAW_SCRIPT = Path(__file__).resolve().parents[2] / "data" / "repeat_draw.txt"
PLAIN_ACTIONS = {"commit", "draw", "redraw", "open_meeting"}


def seen_review(request: HttpRequest, pk: int) -> Review:
    """The review if the user sees it; else raises ``Http404``."""
    return get_object_or_404(selectors.reviews_visible_to(viewer_of(request)), pk=pk)


def overseen_review(request: HttpRequest, pk: int) -> Review:
    """The review for those who oversee it; else raises ``Http404``."""
    if not oversees_reviews(viewer_of(request).held):
        raise Http404
    return seen_review(request, pk)


def run_review(request: HttpRequest, pk: int) -> Review:
    """The review for those who run it; else raises ``Http404``."""
    if not runs_reviews(viewer_of(request).held):
        raise Http404
    return seen_review(request, pk)


@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a review: panel with progress, draw, timeline, possible steps. Experts are redirected to their own page."""
    viewer, found = viewer_of(request), seen_review(request, pk)
    held = viewer.held
    if not oversees_reviews(held) and found.status == ReviewState.STOPPED:
        messages.info(request, "这次评审已随办件撤回而终止")
        return redirect("assessments:review_list")
    if not oversees_reviews(held) and found.status != ReviewState.CONCLUDED:
        member = found.members.get(expert__user=viewer.user, state__in=ON_PANEL)
        if member.state == MemberState.INVITED:
            page = "assessments:review_invitation"
        else:
            page = "assessments:review_meeting" if scores_are_open(found) else "assessments:review_workspace"
        return redirect(page, pk)
    return render(request, "assessments/reviews/review_detail.html", review_context(viewer, found))


def review_context(viewer: Viewer, found: Review, **forms: Any) -> dict[str, Any]:
    """Template context of the review page."""
    held = viewer.held
    oversees = oversees_reviews(held)
    panel = panel_facts(found, viewer.today) if runs_reviews(held) else {}
    offers = offered(found, viewer.user, {"panel": panel})
    shown = {offer.action: offer for offer in offers}
    people, records = selectors.panel_for(found, viewer), of_subject(found) if oversees else []
    return {
        "review": found,
        "state": REVIEW.state(found.status),
        "steps": _steps(found, records),
        "people": people,
        "oversees": oversees,
        "runs": runs_reviews(held),
        "draws": found.draws.select_related("drawn_by").order_by("-number") if oversees else [],
        "offered": [offer for offer in offers if _shown(offer, panel)],
        "start": shown.get("start_scoring"),
        "start_words": [offer for offer in offers if offer.action == "start_scoring"],
        "drop_words": drop_words(viewer, (one.member for one in people)),
        "appoint": _possible(shown.get("appoint") or shown.get("reappoint")),
        "can_call": runs_reviews(held) and found.status == ReviewState.SCORING,
        "called": event_receivers(found, "call_meeting").words,
        "can_chair": oversees and found.status in WITH_PANEL,
        "can_release": found.status in WITH_PANEL,
        "timeline": _timeline(records),
        "days": selectors.days_left(found.score_due, viewer.today) if found.status == ReviewState.SCORING else None,
        "late_seats": _late_seats(found, people, viewer.today) if oversees else "",
        "due_form": DueForm(initial={"score_due": found.planned_due}),
        "plan_form": ReviewPlanForm(initial={"planned_due": found.planned_due, "planned_meeting": found.planned_meeting}),
        "can_plan": runs_reviews(held) and found.status in BEFORE_SCORING,
        "late": [one.urging["key"] for one in people if one.urging and one.urging["duty"] == SeatDuty.SCORES],
        "call_form": CallForm(initial={"meeting_at": found.meeting_at, "meeting_place": found.meeting_place}),
        "scores_open": scores_are_open(found),
        **forms,
    }


def _late_seats(review: Review, people: Iterable[selectors.PanelPerson], today: dt.date) -> str:
    """Experts, by number, who have not handed in their scores after the last day."""
    if review.status != ReviewState.SCORING or review.score_due is None or today <= review.score_due:
        return ""
    sitting = (one.member for one in people if one.member.state == MemberState.ACCEPTED)
    return "、".join(str(member) for member in sitting if member.submitted_at is None)


def drop_words(viewer: Viewer, members: Iterable[PanelMember]) -> list[Offered]:
    """Consequences of leaving the panel, and who is notified, in words."""
    sitting = next((member for member in members if member.state == MemberState.ACCEPTED), None)
    return [offer for offer in offered(sitting, viewer.user) if offer.action == "drop_out"] if sitting else []


def _shown(offer: Offered, panel: dict[str, Any]) -> bool:
    """Whether the step gets a plain button: it has no form of its own, a commitment is possible now, a redraw has a free place."""
    if offer.action not in PLAIN_ACTIONS:
        return False
    if offer.action == "commit":
        return offer.allowed
    return offer.action != "redraw" or panel["accepted"] + panel["pending"] < panel["size"]


def _possible(offer: Offered | None) -> Offered | None:
    return offer if offer and offer.allowed else None


def _steps(review: Review, records: list[TransitionRecord]) -> list[dict[str, str]]:
    # A stopped review has no path to a conclusion: it is shown as a step only if it happened.
    shown = [state for state in REVIEW.states if state.key in {ReviewState.CONCLUDED, review.status} or not state.final]
    here = [state.key for state in shown].index(review.status)
    reached = {record.target: record.at for record in records if record.source != record.target}
    return [_step(state, place - here, reached.get(state.key)) for place, state in enumerate(shown)]


def _step(state: State, after: int, reached: dt.datetime | None) -> dict[str, str]:
    """One step of the bar, ``after`` so many from the present one, with the day on which the review came to it if that is told."""
    look = "done" if after < 0 or (state.final and not after) else "" if after else "now"
    day = reached.astimezone(clock.SHANGHAI).date() if reached and after <= 0 else None
    return {"name": str(state.label), "state": look, "note": day_in_words(day) if day else ""}


def _timeline(records: list[TransitionRecord]) -> list[dict[str, Any]]:
    return [
        {
            "at": record.at,
            "title": action_label(record),
            "who": "　".join(part for part in (record.organisation, record.actor_name) if part),
            "note": record.reason,
        }
        for record in reversed(records)
    ]


@require_POST
def review_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the secretariat; irreversible steps ask for confirmation first."""
    found, action = run_review(request, pk), request.POST.get("action", "")
    if action not in {*PLAIN_ACTIONS, "start_scoring"}:
        raise Http404
    after = "assessments:review_meeting" if action == "open_meeting" else "assessments:review"
    page = StepPage(
        back=reverse("assessments:review", args=[pk]),
        again=partial(_again, request, pk, action),
        done=partial(_done, request, pk, after),
        crumbs=crumbs_of(found),
    )
    return act(request, found, page)


def _done(request: HttpRequest, pk: int, page: str, offer: Offered | None) -> HttpResponse:
    return redirect_saying(request, f"已办理：{offer.label}" if offer else "已办理", page, pk)


def _again(
    request: HttpRequest, pk: int, action: str, refused: Refused | None, errors: Form | None = None, **typed: Any
) -> HttpResponse:  # fmt: skip
    """Show the current review again with the refusals of the step and what was typed."""
    del typed
    forms: dict[str, Any] = {"due_form": errors} if errors else {}
    if action == "start_scoring" and refused:
        forms["due_form"] = with_refusals(DueForm(request.POST), refused)
    elif refused:
        forms["errors"] = [refusal.text for refusal in refused.refusals]
    return review_again(request, run_review(request, pk), refused.status if refused else UNPROCESSABLE, **forms)


def review_again(request: HttpRequest, found: Review, status: int, **extra: Any) -> HttpResponse:
    """Show the review again with the refusals of a change."""
    return render(request, "assessments/reviews/review_detail.html", review_context(viewer_of(request), found, **extra), status=status)


def with_refusals(form: FilledForm, refused: Refused | None) -> FilledForm:
    """The form as filled in, with the refusals of the step beside its fields."""
    if refused is not None:
        add_refusals(form, refused)
    return form


def crumbs_of(found: Review) -> tuple[tuple[str, str], ...]:
    """Breadcrumbs of a page that asks about a step."""
    above = reverse("assessments:review_list")
    return (("专家评审", above), (found.subject.get("title", ""), reverse("assessments:review", args=[found.pk])))


@require_GET
def review_pool(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the candidates with conflicts of interest, as the list would freeze now."""
    found = overseen_review(request, pk)
    words, chapters = dimensions_of(found), chapter_words(found)
    today = viewer_of(request).today
    pool = candidates(found, today)
    loads = load_of((one.id for one in pool), today)
    rows = [(one, "、".join(chapters[key] for key in chapters if key in one.specialties), loads.get(one.id, (0, 0))) for one in pool]
    context = {
        "review": found,
        "rows": rows,
        "free": sum(not one.reasons for one in pool),
        "terms": terms_of(found),
        "dimensions": words.values(),
    }
    return render(request, "assessments/reviews/review_pool.html", context)


@require_GET
def review_draw_data(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """All data needed to repeat a draw (docs/draw.md); the secret only after its use."""
    found = overseen_review(request, pk)
    made = get_object_or_404(found.draws, number=number, drawn_at__isnull=False)
    return JsonResponse(with_signature(panel_draw_data(made)), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_GET
def draw_script(request: HttpRequest) -> HttpResponse:
    """The script of docs/draw.md that repeats a draw without the portal."""
    del request
    headers = {"Content-Disposition": 'attachment; filename="repeat_draw.py"'}
    return HttpResponse(DRAW_SCRIPT.read_text(encoding="utf-8"), content_type="text/x-python; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
def review_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint experts with a reason if no valid panel can be drawn."""
    found = run_review(request, pk)
    if request.method == "GET":
        return _appointing(request, found, None, 200)
    page = StepPage(
        back=reverse("assessments:review", args=[pk]),
        again=partial(_not_appointed, request, pk),
        done=partial(_done, request, pk, "assessments:review"),
        action="appoint" if found.status == ReviewState.PREPARING else "reappoint",
    )
    return act(request, found, page)


def _not_appointed(request: HttpRequest, pk: int, refused: Refused | None, **_typed: Any) -> HttpResponse:
    return _appointing(request, run_review(request, pk), refused, refused.status if refused else UNPROCESSABLE)


def _appointing(request: HttpRequest, found: Review, refused: Refused | None, status: int) -> HttpResponse:
    viewer = viewer_of(request)
    pool = candidates(found, viewer.today)
    form = AppointForm(request.POST or None, pool=pool, loads=load_of((one.id for one in pool), viewer.today))
    shortfall = shortfall_of(found, viewer.today)
    offers = [offer for offer in offered(found, viewer.user, {"shortfall": shortfall}) if offer.page]
    context = {"review": found, "form": with_refusals(form, refused), "shortfall": shortfall, "offered": offers}
    return render(request, "assessments/reviews/review_appoint.html", context, status=status)


@require_POST
def review_chair(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the chair."""
    viewer, found = viewer_of(request), overseen_review(request, pk)
    member = get_object_or_404(found.members, pk=whole(request.POST.get("member"), 0))
    try:
        members.name_chair(review=found, member=member, version=_version(request), by=viewer.user)
    except Stale as stale:
        return review_again(request, overseen_review(request, pk), stale.status, errors=[str(stale)])
    return redirect_saying(request, f"已指定{member}为组长", "assessments:review", pk)


def _version(request: HttpRequest) -> int:
    return whole(request.POST.get("version"), -1)


@require_POST
def review_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the planned days stated in invitations."""
    viewer, found = viewer_of(request), run_review(request, pk)
    form, status = ReviewPlanForm(request.POST), UNPROCESSABLE
    if form.is_valid():
        due, day = form.cleaned_data["planned_due"], form.cleaned_data["planned_meeting"]
        try:
            plan_days(review=found, due=due, meeting=day, version=_version(request), by=viewer.user)
        except Refused as refused:
            with_refusals(form, refused)
            status = refused.status
        else:
            return redirect_saying(request, "预定日程已保存，写入评审邀请", "assessments:review", pk)
    return review_again(request, run_review(request, pk), status, plan_form=form)


@require_POST
def review_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the notice of the meeting."""
    viewer, found = viewer_of(request), run_review(request, pk)
    hold_scoring(found)
    form, status = CallForm(request.POST), UNPROCESSABLE
    if form.is_valid():
        place = form.cleaned_data["meeting_place"]
        try:
            call_meeting(review=found, at=form.at, place=place, version=_version(request), by=viewer.user)
        except Refused as refused:
            form.add_error("meeting_at", [refusal.text for refusal in refused.refusals])
            status = Stale.status if isinstance(refused, Stale) else UNPROCESSABLE
        else:
            return redirect_saying(request, "评审会通知已发出", "assessments:review", pk)
    return review_again(request, run_review(request, pk), status, call_form=form)
