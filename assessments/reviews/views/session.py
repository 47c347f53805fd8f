"""Records made during a meeting: sign-in, early departure, confirmations, signatures, adjournment."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments.reviews.enums import MemberState
from assessments.reviews.forms import ClauseConfirmationForm, MemberLeavingForm, PasswordSignForm, SheetForm, SignInForm
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.rules import is_this_member, scores_are_open
from assessments.reviews.services.meeting import withdraw_agreed
from assessments.reviews.services.meeting_records import (
    check_said,
    check_sheet,
    check_signature,
    confirm_agreed,
    keep_sheet,
    sign_in,
    sign_opinion,
    sign_out,
)
from assessments.reviews.views.meeting import again, meeting_review, member_form, recorded_review, status_of
from assessments.reviews.views.reviews import review_again, run_review
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.integers import whole
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act


def _answer(request: HttpRequest, found: Review, do: Callable[[], object], done: str, anchor: str, **kept: Any) -> HttpResponse:
    """Call ``do`` and return to the meeting; a refusal is shown there with what was typed."""
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refused:
        errors = [(anchor, refusal.text) for refusal in refused.refusals]
        found.refresh_from_db()
        return again(request, found, status_of(refused), errors=errors, **kept)
    return redirect_saying(request, done, "assessments:review_meeting", found.pk)


@require_POST
def review_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in members: a member personally, the secretariat everyone present."""
    found = recorded_review(request, pk)
    members = list(found.members.filter(state=MemberState.ACCEPTED))
    form = SignInForm(request.POST, members=members)
    chosen = form.cleaned_data["members"] if form.is_valid() else []
    present = [member for member in members if member.pk in chosen]
    words = "、".join(str(member) for member in present)
    versions = {pk: whole(request.POST.get(f"version-{pk}"), -1) for pk in chosen}
    return _answer(
        request,
        found,
        lambda: sign_in(review=found, members=present, versions=versions, by=viewer_of(request).user),
        f"{words}已签到",
        "sign-in",
        signing=chosen,
    )


@require_POST
def review_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a member left early."""
    viewer = viewer_of(request)
    run_review(request, pk)
    found = meeting_review(request, pk)
    form = MemberLeavingForm(request.POST)
    if not form.is_valid():
        raise Http404
    member, reason = get_object_or_404(found.members, pk=form.cleaned_data["member"]), form.cleaned_data["reason"]
    gone, version = f"{member}已登记提前退席", whole(request.POST.get("version"), -1)
    return _answer(
        request,
        found,
        lambda: sign_out(review=found, member=member, reason=reason, version=version, by=viewer.user),
        gone,
        f"out-{member.pk}",
        out=member.pk,
        out_reason=reason,
    )


@require_POST
def review_drop_out(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Record that a member has left the panel."""
    found = run_review(request, pk)
    member = get_object_or_404(found.members.select_related("expert__user"), pk=key)
    after = "assessments:review_meeting" if scores_are_open(found) else "assessments:review"
    page = StepPage(
        back=reverse(after, args=[pk]),
        again=partial(_not_out, request, pk, member),
        done=lambda _: redirect_saying(request, f"{member}已退出评审，席位可以补抽", after, pk),
        action="drop_out",
    )
    return act(request, member, page)


def _not_out(
    request: HttpRequest, pk: int, member: PanelMember, refused: Refused | None, *, errors: Form | None = None, reason: str = ""
) -> HttpResponse:
    """Show the page of the member again with the refusals of leaving."""
    wrong: Any = [] if errors is None else errors.errors.get("reason", [])
    texts = [refusal.text for refusal in refused.refusals] if refused else wrong
    found, status = run_review(request, pk), refused.status if refused else UNPROCESSABLE
    show = again if scores_are_open(found) else review_again
    anchored = [(f"out-{member.pk}", text) for text in texts]
    return show(request, found, status, errors=anchored, out=member.pk, out_reason=reason)


@require_POST
def review_adjourn(request: HttpRequest, pk: int) -> HttpResponse:
    """Adjourn the meeting (休会)."""
    found = run_review(request, pk)
    back = reverse("assessments:review", args=[pk])
    page = StepPage(
        back=back,
        again=partial(_not_adjourned, request, pk),
        done=lambda _: redirect_saying(request, "已休会，可以补抽专家、另行通知开会", back),
        action="adjourn",
    )
    return act(request, found, page)


def _not_adjourned(
    request: HttpRequest, pk: int, refused: Refused | None, errors: Form | None = None, reason: str = ""
) -> HttpResponse:  # fmt: skip
    found = run_review(request, pk)
    if not scores_are_open(found):  # somebody else has adjourned
        return review_again(request, found, refused.status if refused else UNPROCESSABLE, errors=[str(refused)])
    texts: Any = [("adjourn-reason", refusal.text) for refusal in refused.refusals] if refused else errors
    return again(request, found, refused.status if refused else UNPROCESSABLE, errors=texts, adjourn_reason=reason)


@require_POST
def review_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm agreed clauses or store a dissent, in person or by the secretariat from the signed sheet."""
    found, viewer = recorded_review(request, pk), viewer_of(request)
    form = ClauseConfirmationForm(request.POST)
    if not form.is_valid():
        return again(request, found, UNPROCESSABLE, errors=form)
    typed = form.cleaned_data
    member = get_object_or_404(found.members, pk=typed["member"])
    items = [typed["item"]] if typed["item"] else _open_for(found, member)
    said = {"agrees": typed["agrees"] == "yes", "dissent": typed["dissent"], "seen": typed["seen"]}
    return _answer(
        request,
        found,
        lambda: confirm_agreed(review=found, member=member, item_ids=items, by=viewer.user, **said),
        f"{member}对商定结果的意见已记录",
        f"agree-{typed['item']}" if typed["item"] else "",
        said_item=typed["item"],
        said=typed,
    )


def _open_for(found: Review, member: PanelMember) -> list[str]:
    return list(found.agreed.exclude(confirmations__member=member).values_list("item_id", flat=True))


@require_POST
def review_withdraw(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Withdraw the agreement on a clause."""
    viewer, found = viewer_of(request), run_review(request, pk)
    found = meeting_review(request, pk)
    return _answer(
        request,
        found,
        lambda: withdraw_agreed(review=found, item_id=item_id, seen=request.POST.get("seen", ""), by=viewer.user),
        f"{item_id}已撤销商定，按规则取定",
        f"agree-{item_id}",
    )


@require_POST
def review_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the opinion, in person with the password or by the secretariat from the uploaded sheet."""
    viewer, found = viewer_of(request), recorded_review(request, pk)
    _form, member = member_form(request, found)
    if is_this_member(viewer.held, member):
        form = PasswordSignForm(request.POST, user=viewer.user)
        if not form.is_valid():
            errors = [("sign-password", message) for message in form.errors["password"]]
            return again(request, found, UNPROCESSABLE, errors=errors)
    return _answer(
        request,
        found,
        lambda: sign_opinion(review=found, member=member, seen=request.POST.get("seen", ""), by=viewer.user),
        f"{member}已确认评审意见",
        f"sign-{member.pk}",
    )


@require_POST
def review_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload the scan of the signed sheet."""
    viewer, found = viewer_of(request), run_review(request, pk)
    found = meeting_review(request, pk)
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return again(request, found, UNPROCESSABLE, sheet_form=form, errors=form)
    return _answer(
        request,
        found,
        lambda: keep_sheet(review=found, upload=form.cleaned_data["upload"], by=viewer.user),
        "签名页已上传，按签名逐人登记",
        "id_upload",
    )


@require_POST
def review_check_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a signature entered from paper as a second person."""
    return _compare(request, pk, check_signature, "书面签名", "sign")


@require_POST
def review_check_said(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a vote and confirmations entered from paper as a second person; with ``whole`` the signature beside them, too."""
    if "whole" in request.POST:
        return _compare(request, pk, check_sheet, "书面表决、确认和签名", "vote")
    return _compare(request, pk, check_said, "书面表决和确认", "vote")


def _compare(request: HttpRequest, pk: int, check: Callable[..., None], what: str, anchor: str) -> HttpResponse:
    found = meeting_review(request, pk)
    _form, member = member_form(request, found)
    return _answer(
        request,
        found,
        lambda: check(review=found, member=member, by=viewer_of(request).user),
        f"{member}的{what}已核对",
        f"{anchor}-{member.pk}",
    )
