"""Pages of a review for those who run and oversee it: list, review, pool, draw, appointment, chair, meeting notice."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.forms.reviews import AppointForm, CallForm, DueForm, FilterForm
from assessments.lifecycle.review import REVIEW
from assessments.models import PanelMember, Review
from assessments.models.review import ENDED_STATES
from assessments.rules.reviews import oversees_reviews, runs_reviews, scores_are_open
from assessments.selectors import reviews as selectors
from assessments.selectors.review_facts import facts_of
from assessments.selectors.review_pool import candidates, chapter_words, dimensions_of, load_of, terms_of
from assessments.services import reviews as services
from greendistrict.accounts.models import User
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refused
from greendistrict.core.fragments import written
from greendistrict.workflow.services import Offered, available_actions
from greendistrict.workflow.timeline import action_label, of_subject

PER_PAGE = 50
DRAW_SCRIPT = Path(__file__).resolve().parents[1] / "data" / "repeat_draw.txt"
PLAIN_ACTIONS = {"commit", "draw", "redraw", "open_meeting"}


def person(request: HttpRequest) -> User:
    """Return who is signed in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def seen_review(request: HttpRequest, pk: int) -> Review:
    """Return the review if this person may know of it, else 404."""
    return get_object_or_404(selectors.reviews_visible_to(person(request)), pk=pk)


def overseen_review(request: HttpRequest, pk: int) -> Review:
    """Return the review for those who oversee it, else 404."""
    if not oversees_reviews(person(request)):
        raise Http404
    return seen_review(request, pk)


def run_review(request: HttpRequest, pk: int) -> Review:
    """Return the review for those who run it, else 404."""
    if not runs_reviews(person(request)):
        raise Http404
    return seen_review(request, pk)


@login_required
@require_GET
def review_list(request: HttpRequest) -> HttpResponse:
    """List reviews for overseers; experts find their invitations and reviews."""
    user, form = person(request), FilterForm(request.GET or None)
    rows = selectors.review_list(user)
    if form.is_valid():
        if words := form.cleaned_data["q"].strip():
            rows = rows.filter(Q(subject__title__icontains=words) | Q(subject__number__icontains=words))
        if status := form.cleaned_data["status"]:
            rows = rows.filter(status=status)
    page = Paginator(selectors.review_rows(rows.order_by("-opened_at", "-pk")), PER_PAGE).get_page(request.GET.get("page"))
    oversees = oversees_reviews(user)
    found = [selectors.ReviewRow(*values) for values in page]
    context = {
        "page": page,
        "found": found,
        "lines": _lines(found, page.start_index()) if oversees else [],
        "form": form,
        "oversees": oversees,
        "seats": [] if oversees else _own_seats(user),
    }
    return render(request, "assessments/review_list.html", context)


def _lines(rows: list[selectors.ReviewRow], first: int) -> list[SafeString]:
    """Rows as mark-up, numbered from ``first``; each is kept by everything that it shows."""
    calendar, today = workdays.current(), clock.today()
    address = reverse("assessments:review", args=[0]).removesuffix("0/")
    return [
        written(
            "assessments/_review_row.html",
            place=place,
            href=f"{address}{row.pk}/",
            days=calendar.between(today, row.score_due) if row.status == "scoring" and row.score_due else None,
            row=row,
            state=REVIEW.state(row.status).label,
            tone=REVIEW.state(row.status).tone,
        )
        for place, row in enumerate(rows, start=first)
    ]


def _own_seats(user: User) -> list[tuple[PanelMember, int | None, bool]]:
    found = []
    for member in selectors.invitations_of(user):
        waiting = member.state == "invited"
        day = selectors.answer_due(member) if waiting else member.review.score_due
        done = member.review.status in ENDED_STATES or (not waiting and member.submitted_at is not None)
        found.append((member, None if done else selectors.days_left(day), waiting))
    return found


@login_required
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one review: panel with progress, draw, timeline, what can be done now. Experts are sent to their own page."""
    user, found = person(request), seen_review(request, pk)
    if not oversees_reviews(user) and found.status == "stopped":
        messages.info(request, "这次评审已随办件撤回而终止")
        return redirect("assessments:review_list")
    if not oversees_reviews(user) and found.status != "concluded":
        seat = found.members.get(expert__user=user, state__in=("invited", "accepted"))
        return redirect(_own_page(found, seat), pk)
    return render(request, "assessments/review_detail.html", review_context(user, found))


def _own_page(review: Review, seat: PanelMember) -> str:
    if seat.state == "invited":
        return "assessments:review_invitation"
    return "assessments:review_meeting" if scores_are_open(review) else "assessments:review_workspace"


def review_context(user: User, found: Review, **forms: Any) -> dict[str, Any]:
    """Return what the review page shows."""
    oversees = oversees_reviews(user)
    facts = facts_of(found) if oversees else {}
    offered = available_actions(REVIEW, found, user, facts) if oversees else []
    shown = {offer.action: offer for offer in offered}
    return {
        "review": found,
        "state": REVIEW.state(found.status),
        "steps": _steps(found),
        "people": selectors.panel_for(found, user),
        "oversees": oversees,
        "runs": runs_reviews(user),
        "draws": found.draws.select_related("drawn_by").order_by("-number") if oversees else [],
        "offered": [offer for offer in offered if _shown(offer, facts)],
        "start": shown.get("start_scoring"),
        "appoint": _possible(shown.get("appoint") or shown.get("reappoint")),
        "can_call": runs_reviews(user) and found.status == "scoring",
        "can_chair": oversees and found.status in {"inviting", "scoring", "meeting"},
        "can_release": found.status in {"inviting", "scoring", "meeting"},
        "timeline": _timeline(found) if oversees else [],
        "days": selectors.days_left(found.score_due) if found.status == "scoring" else None,
        "due_form": DueForm(),
        "call_form": CallForm(initial={"meeting_at": found.meeting_at, "meeting_place": found.meeting_place}),
        "scores_open": scores_are_open(found),
        **forms,
    }


def _shown(offer: Offered, facts: dict[str, Any]) -> bool:
    """Steps with a form of their own stand elsewhere; a draw is not offered while no seat is free."""
    if offer.action not in PLAIN_ACTIONS:
        return False
    if offer.action == "commit":
        return offer.allowed
    return offer.action != "redraw" or facts["accepted"] + facts["pending"] < facts["size"]


def _possible(offer: Offered | None) -> Offered | None:
    return offer if offer and offer.allowed else None


def _steps(review: Review) -> list[dict[str, str]]:
    # Nobody is on the way to the end of a review that was broken off: it is a step only where it happened.
    shown = [state for state in REVIEW.states if state.key in {"concluded", review.status} or not state.final]
    here = [state.key for state in shown].index(review.status)
    return [
        {"name": state.label, "state": "done" if place < here or (state.final and place == here) else "now" if place == here else ""}
        for place, state in enumerate(shown)
    ]


def _timeline(review: Review) -> list[dict[str, Any]]:
    return [
        {
            "at": record.at,
            "title": action_label(record),
            "who": "　".join(part for part in (record.organisation, record.actor_name) if part),
            "note": record.reason,
        }
        for record in reversed(of_subject(review))
    ]


@login_required
@require_POST
def review_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of the steps of the secretariat; steps that cannot be taken back ask once more."""
    user, found = person(request), run_review(request, pk)
    action = request.POST.get("action", "")
    if action == "start_scoring":
        return _start(request, found, user)
    if action not in PLAIN_ACTIONS:
        raise Http404
    transition = REVIEW.find(action, found.status)
    if transition and transition.confirm and request.POST.get("confirmed") != "yes":
        return _confirm(request, found, transition.label, [transition.message, f"通知{transition.told}"], action)
    if action == "commit":
        services.commit_draw(review=found, by=user)
    elif action == "open_meeting":
        services.open_meeting(review=found, by=user)
    else:
        services.draw_panel(review=found, by=user)
    messages.success(request, f"已办理：{transition.label if transition else action}")
    return redirect("assessments:review_meeting" if action == "open_meeting" else "assessments:review", pk)


def _start(request: HttpRequest, found: Review, user: User) -> HttpResponse:
    form = DueForm(request.POST)
    try:
        if form.is_valid():
            services.start_scoring(review=found, score_due=form.cleaned_data["score_due"], by=user)
            messages.success(request, "条文已分派，专家已收到评分通知")
            return redirect("assessments:review", found.pk)
    except Refused as refused:
        form.add_error("score_due", [refusal.text for refusal in refused.refusals])
    return render(request, "assessments/review_detail.html", review_context(user, found, due_form=form), status=422)


def _confirm(request: HttpRequest, found: Review, label: str, effects: list[str], action: str) -> HttpResponse:
    back = reverse("assessments:review", args=[found.pk])
    context = {
        "title": label,
        "question": f"{found.subject.get('number', '')} {found.subject.get('title', '')}：确定{label}？",
        "effects": effects,
        "url": reverse("assessments:review_action", args=[found.pk]),
        "action": action,
        "label": label,
        "back": back,
        "crumbs": [("专家评审", reverse("assessments:review_list")), (found.subject.get("title", ""), back), (label, "")],
    }
    return render(request, "components/confirm.html", context)


@login_required
@require_GET
def review_pool(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pool with conflicts of interest, as it would freeze now."""
    found = overseen_review(request, pk)
    words, chapters = dimensions_of(found), chapter_words(found)
    pool = candidates(found)
    loads = load_of((one.id for one in pool), clock.today())
    rows = [(one, "、".join(chapters[key] for key in chapters if key in one.specialties), loads.get(one.id, (0, 0))) for one in pool]
    context = {
        "review": found,
        "rows": rows,
        "free": sum(not one.reasons for one in pool),
        "terms": terms_of(found),
        "dimensions": words.values(),
    }
    return render(request, "assessments/review_pool.html", context)


@login_required
@require_GET
def review_draw_data(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Everything needed to repeat a draw (docs/draw.md); the secret only once it was used."""
    found = overseen_review(request, pk)
    made = get_object_or_404(found.draws, number=number, drawn_at__isnull=False)
    data = {
        "pool": made.pool,
        "terms": made.terms,
        "commitment": made.secret_digest,
        "secret": made.secret,
        "list_digest": made.list_digest,
        "result": made.result,
        "tries": made.tries,
    }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


@login_required
@require_GET
def draw_script(request: HttpRequest) -> HttpResponse:
    """The script of docs/draw.md, to repeat a draw without the portal."""
    del request
    headers = {"Content-Disposition": 'attachment; filename="repeat_draw.py"'}
    return HttpResponse(DRAW_SCRIPT.read_text(encoding="utf-8"), content_type="text/x-python; charset=utf-8", headers=headers)


@login_required
@require_http_methods(["GET", "POST"])
def review_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint with a reason where no valid panel can be drawn."""
    user, found = person(request), run_review(request, pk)
    pool = candidates(found)
    form = AppointForm(request.POST or None, pool=pool, loads=load_of((one.id for one in pool), clock.today()))
    if form.is_valid():
        try:
            services.appoint_panel(review=found, expert_ids=form.cleaned_data["experts"], reason=form.cleaned_data["reason"], by=user)
        except Refused as refused:
            form.add_error(None, [refusal.text for refusal in refused.refusals])
        else:
            messages.success(request, "已指定专家，并发出邀请")
            return redirect("assessments:review", pk)
    shortfall = facts_of(found).get("shortfall", "")
    context = {"review": found, "form": form, "shortfall": shortfall}
    return render(request, "assessments/review_appoint.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def review_chair(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the chair."""
    user, found = person(request), overseen_review(request, pk)
    chosen = request.POST.get("member", "")
    member = get_object_or_404(found.members, pk=int(chosen) if chosen.isdigit() else 0)
    services.name_chair(review=found, member=member, by=user)
    messages.success(request, f"已指定{member}为组长")
    return redirect("assessments:review", pk)


@login_required
@require_POST
def review_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the notice of the meeting."""
    user, found = person(request), run_review(request, pk)
    form = CallForm(request.POST)
    if form.is_valid():
        try:
            services.call_meeting(review=found, at=form.at, place=form.cleaned_data["meeting_place"], by=user)
        except Refused as refused:
            form.add_error("meeting_at", [refusal.text for refusal in refused.refusals])
        else:
            messages.success(request, "评审会通知已发出")
            return redirect("assessments:review", pk)
    return render(request, "assessments/review_detail.html", review_context(user, found, call_form=form), status=422)
