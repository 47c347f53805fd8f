"""Pages of delegations: list, delegate, revoke."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import delegations
from greendistrict.accounts.delegation_forms import DelegationForm
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.refusals import RefusalsIn


@require_safe
def delegation_list(request: HttpRequest) -> HttpResponse:
    """Visible delegations, current ones first."""
    viewer = viewer_of(request)
    if not viewer.held.roles:
        raise Http404
    found = list(delegations.delegations_visible_to(viewer))
    today = viewer.today
    lines = [
        {
            "row": one,
            "state": delegations.standing_of(one, today),
            "open": one.ended_at is None and one.last >= today and delegations.may_take_back(viewer.user, one),
        }
        for one in found
    ]
    may_give = delegations.posts_to_delegate(viewer.user).exists()
    return render(request, "accounts/delegation_list.html", {"lines": lines, "may_give": may_give})


def delegation_give(request: HttpRequest) -> HttpResponse:
    """Delegate the work of a post."""
    user = signed_in(request)
    posts = delegations.posts_to_delegate(user)
    if not posts.exists():
        raise Http404
    form = DelegationForm(request.POST or None, posts=posts, deputies=delegations.deputies_of(posts), today=viewer_of(request).today)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            made = delegations.delegate(by=user, **form.cleaned_data)
            messages.success(request, f"已委托{made.deputy.name}办理")
            return redirect("accounts:delegation_list")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/delegation_give.html", {"form": form}, status=status)


@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a delegation."""
    user = signed_in(request)
    one = get_object_or_404(delegations.delegations_visible_to(viewer_of(request)), pk=pk)
    delegations.take_back(delegation=one, by=user)
    messages.success(request, "委托已收回")
    return redirect("accounts:delegation_list")
