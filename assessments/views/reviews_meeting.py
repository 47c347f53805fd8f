"""Pages of the meeting: agenda, agreed scores, opinion, votes, conclusion; the opinion and the meeting's papers to print."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from assessments.enums import Conclusion, MemberState
from assessments.forms.reviews import AgreeForm, ConcludeForm, OpinionForm, SeatForm, SheetForm
from assessments.lifecycle.review import REVIEW
from assessments.models import PanelMember, Review
from assessments.rules.reviews import oversees_reviews, runs_reviews, scores_are_open, takes_part_in_meeting
from assessments.selectors.review_agenda import Agenda, agenda_of, draft_opinion, opinion_of
from assessments.selectors.review_facts import facts_of, judges_star
from assessments.selectors.review_papers import attachments_of, said_on_paper
from assessments.selectors.review_precedents import unlike_precedents
from assessments.selectors.reviews import panel_for
from assessments.services import reviews as services
from assessments.services.reviews.meeting import Agreement
from assessments.views.reviews import person, run_review, seen_review
from greendistrict.accounts.models import User
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.workflow.services import available_actions

RECORDERS = ("voted_by", "vote_checked_by", "signed_by", "sign_checked_by")


def meeting_review(request: HttpRequest, pk: int) -> Review:
    """Return the review for those at the table once the readings are open, else 404."""
    found = seen_review(request, pk)
    if not scores_are_open(found) or not takes_part_in_meeting(person(request), found):
        raise Http404
    return found


@login_required
@require_GET
def review_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the agenda, the opinion, the votes and the conclusion."""
    found = meeting_review(request, pk)
    return render(request, "assessments/review_meeting.html", meeting_context(person(request), found))


def meeting_context(user: User, found: Review, **extra: Any) -> dict[str, Any]:
    """Return what the meeting page shows; the forms only to those who may use them."""
    members = list(found.members.filter(state=MemberState.ACCEPTED).select_related("expert__user", *RECORDERS))
    own = next((member for member in members if member.expert.user_id == user.pk), None)
    going = found.status == "meeting"
    facts = facts_of(found) if going else {}
    offered = available_actions(REVIEW, found, user, facts) if going else []
    agenda, uncompared = agenda_of(found), said_on_paper(members) if going else {}
    text = found.opinion or (draft_opinion(found) if going else "")
    return {
        "review": found,
        "agenda": agenda,
        "quorum": facts.get("quorum"),
        "present": sum(member.present_at is not None for member in members),
        "absent": [member for member in members if member.present_at is None],
        "unsaid": _unsaid(agenda, own),
        "may_check": going and oversees_reviews(user),
        "uncompared": uncompared,
        "attachments": attachments_of(found, oversees=oversees_reviews(user)),
        "may_compare": {pk for pk, typists in uncompared.items() if typists != {user.pk}} if oversees_reviews(user) else set(),
        "sheet_form": SheetForm(),
        "adjourn": next((offer for offer in offered if offer.action == "adjourn"), None),
        "unlike": unlike_precedents(found, agenda.outcomes, own),
        "members": members,
        "own": own,
        "named": oversees_reviews(user) or not going,
        "going": going,
        "runs": runs_reviews(user) and going,
        "may_write": going and (runs_reviews(user) or bool(own and own.chair)),
        "opinion_form": OpinionForm(initial={"opinion": text, "version": found.version}),
        "drafted": going and not found.opinion,
        "votes": Conclusion.choices,
        "conclude_form": ConcludeForm(initial={"star": found.subject.get("star_asked")}),
        "conclude": next((offer for offer in offered if offer.action == "conclude"), None),
        "judges_star": judges_star(found),
        "star_asked": found.subject.get("star_asked"),
        **extra,
    }


def _unsaid(agenda: Agenda, own: PanelMember | None) -> list[str]:
    """Agreed clauses that this member, being there, has neither confirmed nor dissented from."""
    if own is None or own.present_at is None:
        return []
    return [line.item.id for line in agenda.lines if line.agreed and own.seat not in line.seats_said]


def again(request: HttpRequest, found: Review, status: int, **extra: Any) -> HttpResponse:
    """Show the meeting with what was typed and what stands against it."""
    return render(request, "assessments/review_meeting.html", meeting_context(person(request), found, **extra), status=status)


@login_required
@require_POST
def review_agree(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Record what was agreed for one clause."""
    user, found = person(request), run_review(request, pk)
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return again(request, meeting_review(request, pk), 422, errors=form)
    typed, verdict = form.cleaned_data, form.verdict_value
    agreement = Agreement(typed["points"], verdict, verdict, typed["reason"], typed["dissent"], typed["comment_kind"])
    try:
        services.record_agreed(review=found, item_id=item_id, agreement=agreement, by=user)
    except Refused as refused:
        errors = [(f"agree-{item_id}", f"{item_id}：{refusal.text}") for refusal in refused.refusals]
        return again(
            request, meeting_review(request, pk), 422, errors=errors, typed_item=item_id, typed=typed, typed_verdict=typed["verdict"]
        )
    messages.success(request, f"{item_id}已记录商定结果")
    return redirect("assessments:review_meeting", pk)


@login_required
@require_POST
def review_opinion_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the opinion; when somebody was faster both texts are shown."""
    found = meeting_review(request, pk)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return again(request, found, 422, opinion_form=form, errors=form)
    try:
        services.save_opinion(review=found, opinion=form.cleaned_data["opinion"], version=form.cleaned_data["version"], by=person(request))
    except Stale as stale:
        found.refresh_from_db()
        kept = OpinionForm(initial={"opinion": form.cleaned_data["opinion"], "version": found.version})
        return again(request, found, 409, opinion_form=kept, stored=stale.current, drafted=False)
    messages.success(request, "评审意见已保存")
    return redirect("assessments:review_meeting", pk)


def seat_form(request: HttpRequest, found: Review) -> tuple[SeatForm, PanelMember]:
    """Return the posted form and the seat it names, else 404."""
    form = SeatForm(request.POST)
    if not form.is_valid():
        raise Http404
    return form, get_object_or_404(found.members, pk=form.cleaned_data["member"])


@login_required
@require_POST
def review_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a vote, one's own or, by the secretariat, one given on paper."""
    found = meeting_review(request, pk)
    form, member = seat_form(request, found)
    try:
        services.record_vote(review=found, member=member, vote=form.cleaned_data["vote"], by=person(request))
    except NotAllowed:
        raise
    except Refused as refused:
        return again(request, found, 422, errors=[(f"v-{member.pk}", refusal.text) for refusal in refused.refusals])
    messages.success(request, f"{member}的表决已记录")
    return redirect("assessments:review_meeting", pk)


@login_required
@require_POST
def review_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the conclusion."""
    user, found = person(request), run_review(request, pk)
    form = ConcludeForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            services.conclude(review=found, conclusion=typed["conclusion"], star=typed["star"], star_reason=typed["star_reason"], by=user)
        except Refused as refused:
            form.add_error(None, [refusal.text for refusal in refused.refusals])
        else:
            messages.success(request, f"评审结论：{found.get_conclusion_display()}")
            return redirect("assessments:review", pk)
    return again(request, meeting_review(request, pk), 422, conclude_form=form, errors=form)


@login_required
@require_GET
def review_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the opinion by name, made to be printed; there is none before the conclusion."""
    found = seen_review(request, pk)
    if found.status != "concluded":
        raise Http404
    return render(request, "assessments/review_opinion.html", {"review": found, **opinion_of(found)})


@login_required
@require_GET
def review_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Papers of the meeting, made to be printed: agenda, disputed clauses with every reading, blank sheets to sign in, confirm and vote."""
    found = meeting_review(request, pk)
    people = [one for one in panel_for(found, person(request)) if one.member.state == MemberState.ACCEPTED]
    members = [one.member for one in people]
    context = {"review": found, "agenda": agenda_of(found), "people": people, "members": members, "votes": Conclusion.labels}
    return render(request, "assessments/review_pack.html", {**context, "named": oversees_reviews(person(request))})
