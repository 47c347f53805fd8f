"""Letters of a member to print and sign (commitment, recusal statement), and the replacement of a member by the secretariat."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.reviews.enums import ON_PANEL, MemberState
from assessments.reviews.forms import MemberReasonForm
from assessments.reviews.models import PanelMember
from assessments.reviews.rules import is_this_member, oversees_reviews
from assessments.reviews.selectors.agenda import COMMITMENTS
from assessments.reviews.selectors.pool import parties_of
from assessments.reviews.views.reviews import run_review, seen_review, with_refusals
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered

LETTERS = {"commitment": "评审专家承诺书", "recusal": "回避声明"}
NO_PLACE = (MemberState.DECLINED, MemberState.RECUSED, MemberState.LAPSED)


@require_safe
def review_letter(request: HttpRequest, pk: int, key: int, kind: str) -> HttpResponse:
    """A letter of one member: for the expert their own while it concerns them, for overseers any."""
    viewer, found = viewer_of(request), seen_review(request, pk)
    member = get_object_or_404(found.members.select_related("expert__user"), pk=key)
    held = viewer.held
    own = is_this_member(held, member) and member.state in ON_PANEL
    if kind not in LETTERS or not (own or oversees_reviews(held)):
        raise Http404
    context = {
        "review": found,
        "member": member,
        "kind": kind,
        "title": LETTERS[kind],
        "parties": parties_of(found),
        "employments": member.expert.employments.select_related("organisation").order_by("-valid_from", "-pk"),
        "said": member.reason if kind == "recusal" and member.state == MemberState.RECUSED else "",
        "back": reverse("assessments:review" if oversees_reviews(held) else "assessments:review_invitation", args=[pk]),
        "commitments": COMMITMENTS,
        "today": viewer.today,
    }
    return render(request, "assessments/reviews/review_letter.html", context)


def review_release(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Release a member with a conflict of interest from the panel; the page asks for the reason."""
    found = run_review(request, pk)
    member: PanelMember = get_object_or_404(found.members.select_related("expert__user").exclude(state__in=NO_PLACE), pk=key)
    if request.method != "POST":
        return _releasing(request, member, MemberReasonForm(), 200)
    page = StepPage(
        back=reverse("assessments:review", args=[pk]),
        again=partial(_not_released, request, member),
        done=lambda _: redirect_saying(request, f"已确认{member}回避，请补抽", "assessments:review", pk),
        action="release",
    )
    return act(request, member, page)


def _releasing(request: HttpRequest, member: PanelMember, form: MemberReasonForm, status: int) -> HttpResponse:
    context = {"review": member.review, "member": member, "offered": offered(member, signed_in(request)), "form": form}
    return render(request, "assessments/reviews/review_release.html", context, status=status)


def _not_released(request: HttpRequest, member: PanelMember, refused: Refused | None, **_typed: Any) -> HttpResponse:
    member.refresh_from_db()
    return _releasing(request, member, with_refusals(MemberReasonForm(request.POST), refused), refused.status if refused else UNPROCESSABLE)
