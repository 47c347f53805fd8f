"""Change the own password, delegate, and administer an organisation's people. Sign-in and sign-out: ``greendistrict.signin.views``."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import delegations, proposals, services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.forms import AccountReasonForm, DelegationForm, PasswordForm
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.invitations import roles_to_invite
from greendistrict.accounts.models import User
from greendistrict.accounts.post_rules import misfits
from greendistrict.accounts.selectors import may_look_after, organisations_visible_to, users_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn

YEAR = 365 * 86400


def password_change(request: HttpRequest) -> HttpResponse:
    """Change the own password."""
    user = signed_in(request)
    form = PasswordForm(user, request, request.POST or None)
    with RefusalsIn(form) as told:
        if request.method == "POST" and form.is_valid():
            services.change_password(user=user, password=form.cleaned_data["new_password1"])
            update_session_auth_hash(request, user)
            messages.success(request, "密码已修改")
            return redirect("portal:workdesk")
    if "old_password" in form.errors:
        audit.record(action="accounts.password_refused", by=user, obj=user)
    age = (clock.now() - user.password_changed_at).days if user.password_changed_at else 0
    days = settings.PASSWORD_DAYS if settings.PASSWORD_DAYS and age >= settings.PASSWORD_DAYS else 0
    return render(request, "accounts/password_change.html", {"form": form, "over_days": days}, status=told.code)


@require_safe
def organisation_detail(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """An organisation and, for its administrator, its people."""
    viewer = viewer_of(request)
    held = viewer.held
    if pk is None:
        if not held.organisations:
            raise Http404
        pk = held.organisations[0].pk
    organisation = get_object_or_404(organisations_visible_to(viewer.user), pk=pk)
    may_see_people = pk in held.organisation_ids or held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)
    posts = organisation.posts.select_related("user").order_by("role", "user__name") if may_see_people else []
    mine = set(users_visible_to(viewer.user).values_list("pk", flat=True)) if pk in held.admin_of else set()
    context = {"organisation": organisation, "posts": posts, "may_look_after": pk in held.admin_of, "mine": mine, "me": viewer.user}
    context["may_see_people"] = may_see_people
    context["may_invite"] = bool(roles_to_invite(viewer.user, organisation))
    return render(request, "accounts/organisation_detail.html", context)


@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    """Accounts that this person administers."""
    viewer = viewer_of(request)
    held = viewer.held
    if not (held.admin_of or held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)):
        raise Http404
    people = users_visible_to(viewer.user).prefetch_related("posts__organisation")
    may_grant = held.has(Role.SECURITY_KEEPER)
    keeps = {"may_open": held.has(Role.SYSTEM_KEEPER), "may_grant": may_grant, "misfits": misfits() if may_grant else []}
    return render(request, "accounts/user_list.html", {"people": people, "me": viewer.user, **keeps})


def user_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable or enable an account with a reason."""
    user = signed_in(request)
    person = get_object_or_404(users_visible_to(user), pk=pk)
    form = AccountReasonForm(request.POST or None)
    two, active = proposals.is_wanted(proposals.ACTIVITY, person), not person.is_active
    NotAllowed.when(user.pk == person.pk or not may_look_after(user, person), services.LOOKS_AFTER)
    if request.method == "POST" and form.is_valid():
        act = services.propose_activity if two else services.set_active
        with RefusalsIn(form):
            act(user=person, active=active, by=user, reason=form.cleaned_data["reason"])
            done = f"{'启用' if active else '停用'}{person.name}的账号"
            messages.success(request, f"已提出{done}，由另一名管理员决定" if two else f"已{done}")
            return redirect("accounts:proposal_list" if two else "accounts:user_list")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/user_activity.html", {"person": person, "form": form, "two": two}, status=status)


@require_POST
def introduced(request: HttpRequest) -> HttpResponse:
    """Do not show the three steps of the first sign-in again."""
    User.objects.filter(pk=signed_in(request).pk).update(introduced=True)
    return redirect("portal:workdesk")


@csrf_exempt  # public pages set no cookie and have no token to send; the request only changes how pages look
@require_POST
def care(request: HttpRequest) -> HttpResponse:
    """Toggle the large-text, high-contrast mode (关怀版), for the account or, if signed out, for the browser."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)  # a URL path, never the name of a view
    turned_on = request.POST.get("care") == "on"
    response.set_cookie(
        "gd_care", "on" if turned_on else "off", max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax", httponly=True
    )
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(care_mode=turned_on)
    return response


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
