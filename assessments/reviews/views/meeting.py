"""Pages of the meeting: agenda, agreed scores, opinion, votes, conclusion; printable opinion and meeting papers.

Also here: The meeting on a projection screen: single agenda items, the version polled by screens, draft minutes.
"""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.common.enums import Conclusion
from assessments.reviews.enums import MemberState, ReviewState
from assessments.reviews.forms import AgreeForm, ConcludeForm, MemberForm, PanelOpinionForm, SheetForm
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.rules import (
    agreed_until,
    drafts_opinion,
    opinion_mark,
    oversees_reviews,
    runs_reviews,
    scores_are_open,
    seated,
    takes_part_in_meeting,
)
from assessments.reviews.selectors.agenda import Agenda, agenda_of, draft_opinion, never_opened, opinion_of, pack_of
from assessments.reviews.selectors.facts import judges_star, meeting_facts
from assessments.reviews.selectors.papers import attachments_of, said_on_paper
from assessments.reviews.selectors.precedents import unlike_precedents
from assessments.reviews.selectors.screen import first_open, followed, meeting_mark, meeting_version, minutes_of, screen_clause
from assessments.reviews.services.meeting import DRAFTERS, Agreement, record_agreed, record_sheet, record_vote, save_opinion, show_clause
from assessments.reviews.views.reviews import crumbs_of, drop_words, review_again, run_review, seen_review, with_refusals
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered

RECORDERS = ("voted_by", "vote_checked_by", "signed_by", "sign_checked_by")


def meeting_review(request: HttpRequest, pk: int) -> Review:
    """The review for those at the meeting once the readings are open; else raises ``Http404``."""
    found = seen_review(request, pk)
    if not scores_are_open(found) or not takes_part_in_meeting(viewer_of(request).held, found):
        raise Http404
    return found


@require_GET
def review_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the agenda, the opinion, the votes and the conclusion."""
    found = meeting_review(request, pk)
    return render(request, "assessments/reviews/review_meeting.html", meeting_context(viewer_of(request), found))


def meeting_context(viewer: Viewer, found: Review, **extra: Any) -> dict[str, Any]:
    """Template context of the meeting page; forms only for users who may submit them."""
    version = meeting_version(found.pk) if found.status == ReviewState.MEETING else ""
    members = list(found.members.filter(state=MemberState.ACCEPTED).select_related("expert__user", *RECORDERS))
    own = next((member for member in members if member.expert.user_id == viewer.person), None)
    going = found.status == ReviewState.MEETING
    facts = meeting_facts(found, viewer.today) if going else {}
    offers = offered(found, viewer.user, {"meeting": facts}) if going else []
    agenda, uncompared = agenda_of(found), said_on_paper(members) if going else {}
    text = found.opinion or (draft_opinion(found) if going else "")
    held = viewer.held
    return {
        "review": found,
        "version": version,
        "agenda": agenda,
        "never_opened": never_opened(found) if going else [],
        "quorum": facts.get("quorum"),
        "present": sum(member.present_at is not None for member in members),
        "absent": [member for member in members if member.present_at is None],
        "unsaid": _unsaid(agenda, own),
        "may_check": going and oversees_reviews(held),
        "uncompared": uncompared,
        "attachments": attachments_of(found, oversees=oversees_reviews(held)),
        "may_compare": {pk for pk, typists in uncompared.items() if typists != {viewer.person}} if oversees_reviews(held) else set(),
        "sheet_form": SheetForm(),
        "offered": offers,
        "drop_words": drop_words(viewer, members),
        "adjourn": next((offer for offer in offers if offer.action == "adjourn"), None),
        "unlike": unlike_precedents(found, agenda.outcomes, own),
        "members": members,
        "own": own,
        "named": oversees_reviews(held) or not going,
        "going": going,
        "runs": runs_reviews(held) and going,
        "may_write": going and drafts_opinion(held, own),
        "opinion_form": PanelOpinionForm(initial={"opinion": text, "seen": opinion_mark(found)}),
        "opinion_seen": opinion_mark(found),
        "agreed_seen": agreed_until(line.agreed for line in agenda.lines),
        "drafted": going and not found.opinion,
        "votes": Conclusion.choices,
        "conclude_form": ConcludeForm(initial={"star": found.subject.get("star_asked")}),
        "conclude": next((offer for offer in offers if offer.action == "conclude"), None),
        "judges_star": judges_star(found),
        "star_asked": found.subject.get("star_asked"),
        **extra,
    }


def _unsaid(agenda: Agenda, own: PanelMember | None) -> list[str]:
    """Agreed clauses that this present member has neither confirmed nor dissented from."""
    if own is None or own.present_at is None:
        return []
    return [line.item.id for line in agenda.lines if line.agreed and own.number not in line.members_said]


def again(request: HttpRequest, found: Review, status: int, **extra: Any) -> HttpResponse:
    """Show the meeting page again with the input and the refusals."""
    return render(request, "assessments/reviews/review_meeting.html", meeting_context(viewer_of(request), found, **extra), status=status)


def status_of(refused: Refused) -> int:
    """HTTP status of a refusal: 409 for a version conflict, else that of invalid input."""
    return Stale.status if isinstance(refused, Stale) else UNPROCESSABLE


@require_POST
def review_agree(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Record the agreement on one clause."""
    viewer, found = viewer_of(request), run_review(request, pk)
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return again(request, meeting_review(request, pk), 422, errors=form)
    typed, verdict = form.cleaned_data, form.verdict_value
    agreement = Agreement(typed["points"], verdict, verdict, typed["reason"], typed["dissent"], typed["comment_kind"])
    try:
        record_agreed(review=found, item_id=item_id, agreement=agreement, seen=request.POST.get("seen", ""), by=viewer.user)
    except Refused as refused:
        errors = [(f"agree-{item_id}", f"{item_id}：{refusal.text}") for refusal in refused.refusals]
        kept = {"typed_item": item_id, "typed": typed, "typed_verdict": typed["verdict"]}
        return again(request, meeting_review(request, pk), status_of(refused), errors=errors, **kept)
    return redirect_saying(request, f"{item_id}已记录商定结果", "assessments:review_meeting", pk)


@require_POST
def review_opinion_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the opinion; on a version conflict both texts are shown."""
    found, viewer = recorded_review(request, pk), viewer_of(request)
    held = viewer.held
    NotAllowed.unless(drafts_opinion(held, seated(held, found)), DRAFTERS)
    form = PanelOpinionForm(request.POST)
    if not form.is_valid():
        return again(request, found, 422, opinion_form=form, errors=form)
    try:
        save_opinion(review=found, opinion=form.cleaned_data["opinion"], seen=form.cleaned_data["seen"], by=viewer.user)
    except Stale as stale:
        found.refresh_from_db()
        kept = PanelOpinionForm(initial={"opinion": form.cleaned_data["opinion"], "seen": opinion_mark(found)})
        return again(request, found, 409, opinion_form=kept, stored=stale.current, drafted=False)
    return redirect_saying(request, "评审意见已保存", "assessments:review_meeting", pk)


def member_form(request: HttpRequest, found: Review) -> tuple[MemberForm, PanelMember]:
    """The posted form and the member it names; raises ``Http404`` for another key."""
    form = MemberForm(request.POST)
    if not form.is_valid():
        raise Http404
    return form, get_object_or_404(found.members, pk=form.cleaned_data["member"])


def recorded_review(request: HttpRequest, pk: int) -> Review:
    """The review for its members and the secretariat, who record the meeting. Raises ``Http404``, ``NotAllowed``."""
    found, viewer = meeting_review(request, pk), viewer_of(request)
    held = viewer.held
    NotAllowed.unless(runs_reviews(held) or seated(held, found) is not None, NOT_YOURS)
    return found


@require_POST
def review_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a vote: a member's own, or one given on paper, entered by the secretariat; with ``whole`` all that the sheet says."""
    found = recorded_review(request, pk)
    form, member = member_form(request, found)
    vote, version, by = form.cleaned_data["vote"], whole(request.POST.get("version"), -1), viewer_of(request).user
    try:
        if "whole" in request.POST:
            seen, opinion_seen = (request.POST.get(name, "") for name in ("seen", "opinion_seen"))
            record_sheet(review=found, member=member, vote=vote, version=version, seen=seen, opinion_seen=opinion_seen, by=by)
        else:
            record_vote(review=found, member=member, vote=vote, version=version, by=by)
    except NotAllowed:
        raise
    except Refused as refused:
        errors = [(f"v-{member.pk}", refusal.text) for refusal in refused.refusals]
        return again(request, found, status_of(refused), errors=errors, voting=member.pk, typed_vote=form.cleaned_data["vote"])
    return redirect_saying(request, f"{member}的表决已记录", "assessments:review_meeting", pk)


@require_POST
def review_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the conclusion."""
    found = run_review(request, pk)
    page = StepPage(
        back=reverse("assessments:review_meeting", args=[pk]),
        again=partial(_not_concluded, request, pk),
        done=lambda _: redirect_saying(request, f"评审结论：{found.get_conclusion_display()}", "assessments:review", pk),
        crumbs=crumbs_of(found),
        action="conclude",
    )
    return act(request, found, page)


def _not_concluded(request: HttpRequest, pk: int, refused: Refused | None, **_typed: Any) -> HttpResponse:
    form, found = with_refusals(ConcludeForm(request.POST), refused), run_review(request, pk)
    status = refused.status if refused else UNPROCESSABLE
    if not scores_are_open(found):  # adjourned meanwhile
        return review_again(request, found, status, errors=form)
    return again(request, found, status, conclude_form=form, errors=form)


@require_GET
def review_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the printable opinion with names; 404 before the conclusion."""
    found = seen_review(request, pk)
    if found.status != ReviewState.CONCLUDED:
        raise Http404
    return render(request, "assessments/reviews/review_opinion.html", {"review": found, **opinion_of(found)})


@require_GET
def review_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Printable papers of the meeting: agenda, disputed clauses with all readings, blank sheets for sign-in, confirmation and vote."""
    found = meeting_review(request, pk)
    pack = pack_of(found, viewer_of(request))
    context = {**vars(pack), "review": found, "members": pack.members, "votes": Conclusion.labels}
    return render(request, "assessments/reviews/review_pack.html", context)


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
