"""Pages of password links: request, release by the second keeper, setting the password."""

from hashlib import sha256
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import links
from greendistrict.accounts.enums import Role
from greendistrict.accounts.forms import AddressForm, ForgottenForm, NewPasswordForm
from greendistrict.accounts.models import PasswordLink, name_key
from greendistrict.accounts.selectors import is_keeper, may_look_after, recent_links, users_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import limits
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.proxies import caller
from greendistrict.core.refusals import RefusalsIn, add_refusals

ASKED_AN_HOUR, OFFICE, HOUR = 10, 20, 3600  # an office of hundreds may stand behind one address


def password_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Request a password link for somebody else; it is sent to that person only."""
    viewer = viewer_of(request)
    person = get_object_or_404(users_visible_to(viewer.user), pk=pk)
    if person.pk == viewer.person or not may_look_after(viewer.user, person):
        raise Http404
    may_move = viewer.held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)
    form = AddressForm(request.POST if request.method == "POST" else None) if may_move else None
    context = {"person": person, "form": form, "two_people": is_keeper(person)}
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            link = links.ask(user=person, by=viewer.user, **(form.cleaned_data if form else {}))
        except Refused as refused:
            if form is not None:
                add_refusals(form, refused)
            words = None if form else [str(refused)]
            return render(request, "accounts/password_reset.html", {**context, "refused": words}, status=refused.status)
        told = "已提出，另一位管理员放行后链接发给本人" if link.needs_release else f"链接已发往{person.email}，本人打开后自己设定密码"
        messages.success(request, told)
        return redirect("accounts:user_list")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK
    return render(request, "accounts/password_reset.html", context, status=status)


@require_safe
def link_list(request: HttpRequest) -> HttpResponse:
    """Links that wait for release by a second keeper, and all links of the last month."""
    viewer = viewer_of(request)
    if not viewer.held.is_keeper:
        raise Http404
    context = {
        "waiting": links.waiting_for(viewer.user),
        "recent": recent_links(),
        "me": viewer.user,
        "sees_accounts": viewer.held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER),
    }
    return render(request, "accounts/link_list.html", context)


@require_POST
def link_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or decline a waiting link."""
    viewer = viewer_of(request)
    if not viewer.held.is_keeper:
        raise Http404
    link = get_object_or_404(PasswordLink, pk=pk)
    if request.POST.get("action") == "release":
        links.release(link=link, by=viewer.user)
        messages.success(request, "已放行，链接发给本人")
    else:
        links.decline(link=link, by=viewer.user)
        messages.success(request, "未放行，申请已关闭")
    return redirect("accounts:link_list")


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Request a password link for oneself; the answer does not reveal whether the account exists."""
    form = ForgottenForm(request.POST or None)
    context = {"form": form}
    if request.method != "POST":
        return render(request, "accounts/forgotten.html", context)
    if not form.is_valid():
        return render(request, "accounts/forgotten.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not _may_ask(limits.place_of(caller(request)), name_key(form.cleaned_data["username"])):
        return render(request, "accounts/forgotten.html", {**context, "busy": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
    links.ask_own(**form.cleaned_data)
    return render(request, "accounts/forgotten.html", {"asked": True})


def _may_ask(place: str, name: str) -> bool:
    """Count by name at the address, so that one person asking again and again does not stop the others behind the same gateway."""
    own = limits.within(f"accounts:forgotten:{place}:{sha256(name.encode()).hexdigest()}", ASKED_AN_HOUR, seconds=HOUR)
    return own and limits.within(f"accounts:forgotten:{place}", ASKED_AN_HOUR * OFFICE, seconds=HOUR)


@never_cache
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Set the password by a link. GET does not use the link up, because mail programs open links."""
    found = links.usable(secret)
    if found is None:
        return render(request, "accounts/link_gone.html", status=HTTPStatus.GONE)
    form = NewPasswordForm(found.user, request.POST or None)
    with RefusalsIn(form, passing=(NotAllowed, Closed)) as told:
        if request.method == "POST" and form.is_valid():
            links.use(secret=secret, password=form.cleaned_data["new_password1"])
            return render(request, "accounts/link_used.html", {"person": found.user})
    status = max(told.code, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
    return render(request, "accounts/link.html", {"form": form, "person": found.user}, status=status)
