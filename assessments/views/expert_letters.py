"""The papers of a seat, to print and sign: commitment, recusal statement; and the secretariat's replacement of a member."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from assessments.enums import MemberState
from assessments.forms.reviews import ReasonForm
from assessments.models import PanelMember
from assessments.rules.reviews import SEEN_BY_MEMBER, is_this_member, oversees_reviews
from assessments.selectors.review_pool import parties_of
from assessments.services import reviews as services
from assessments.views.experts import UNPROCESSABLE, add_refusals
from assessments.views.reviews import run_review, seen_review
from greendistrict.accounts.http import signed_in
from greendistrict.core import clock
from greendistrict.core.errors import Refused

LETTERS = {"commitment": "评审专家承诺书", "recusal": "回避声明"}
NO_PLACE = (MemberState.DECLINED, MemberState.RECUSED, MemberState.LAPSED)


@login_required
@require_safe
def review_letter(request: HttpRequest, pk: int, key: int, kind: str) -> HttpResponse:
    """A letter of one seat: the expert's own while it is a business of his, any for those who oversee."""
    user, found = signed_in(request), seen_review(request, pk)
    member = get_object_or_404(found.members.select_related("expert__user"), pk=key)
    own = is_this_member(user, member) and member.state in SEEN_BY_MEMBER
    if kind not in LETTERS or not (own or oversees_reviews(user)):
        raise Http404
    context = {
        "review": found,
        "member": member,
        "kind": kind,
        "title": LETTERS[kind],
        "parties": parties_of(found),
        "employments": member.expert.employments.select_related("organisation").order_by("-valid_from", "-pk"),
        "said": member.reason if kind == "recusal" and member.state == MemberState.RECUSED else "",
        "back": reverse("assessments:review" if oversees_reviews(user) else "assessments:review_invitation", args=[pk]),
        "today": clock.today(),
    }
    return render(request, "assessments/review_letter.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_release(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take a member with a conflict off the panel; the reason is asked for on the page."""
    user, found = signed_in(request), run_review(request, pk)
    member: PanelMember = get_object_or_404(found.members.select_related("expert__user").exclude(state__in=NO_PLACE), pk=key)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.release(member=member, reason=form.cleaned_data["reason"], by=user)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, f"已确认{member}回避，请补抽")
            return HttpResponseRedirect(reverse("assessments:review", args=[pk]))
    context = {"review": found, "member": member, "form": form}
    return render(request, "assessments/review_release.html", context, status=UNPROCESSABLE if form.errors else 200)
