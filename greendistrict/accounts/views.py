"""Sign-in and sign-out, passwords, and administration of an organisation's people."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.forms import AccountReasonForm, LoginForm, PasswordForm
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.accounts.post_rules import misfits
from greendistrict.accounts.selectors import organisations_visible_to, posts_of, users_visible_to
from greendistrict.audit import services as audit

IN_PLACE = "X-In-Place"


@method_decorator(login_not_required, name="dispatch")
class LoginView(auth_views.LoginView):
    """Sign in; the page one came from opens afterwards. With ``X-In-Place`` the answer is the outcome as a status, and the page stays."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form even to a signed-in user when it is sent in place."""
        self.redirect_authenticated_user = IN_PLACE not in request.headers
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in and record it."""
        response = super().form_valid(form)
        audit.record(action="accounts.login", by=signed_in(self.request), obj=signed_in(self.request))
        return HttpResponse(status=HTTPStatus.NO_CONTENT) if IN_PLACE in self.request.headers else response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Record the failure, without the password."""
        audit.record(action="accounts.login_failed", by=None, data={"username": str(form.data.get("username", ""))[:60]})
        if IN_PLACE in self.request.headers:
            words = "；".join(str(text) for texts in form.errors.values() for text in texts)
            return HttpResponse(words, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8")
        return super().form_invalid(form)


@method_decorator(login_not_required, name="dispatch")
class LogoutView(auth_views.LogoutView):
    """Sign out by POST."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record it, then end the session."""
        if isinstance(request.user, User):
            audit.record(action="accounts.logout", by=request.user, obj=request.user)
        return super().post(request, *args, **kwargs)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """Page after too many wrong passwords, the same for known and unknown names."""
    del response
    audit.record(action="accounts.locked_out", by=None, data={"username": str((credentials or {}).get("username", ""))[:60]})
    if IN_PLACE in request.headers:
        return HttpResponse("连续多次不正确，账号已锁定15分钟", status=429, content_type="text/plain; charset=utf-8")
    return render(request, "accounts/locked_out.html", status=429)


def password_change(request: HttpRequest) -> HttpResponse:
    """Change the own password."""
    user = signed_in(request)
    form = PasswordForm(user, request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_password(user=user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改")
        return redirect("portal:workdesk")
    if "old_password" in form.errors:
        audit.record(action="accounts.password_refused", by=user, obj=user)
    return render(request, "accounts/password_change.html", {"form": form})


@require_safe
def organisation_detail(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """An organisation and, for its administrator, its people."""
    user = signed_in(request)
    held = posts_of(user)
    if pk is None:
        if not held.organisations:
            raise Http404
        pk = held.organisations[0].pk
    organisation = get_object_or_404(organisations_visible_to(user), pk=pk)
    may_see_people = pk in held.organisation_ids or held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)
    posts = organisation.posts.select_related("user").order_by("role", "user__name") if may_see_people else []
    mine = set(users_visible_to(user).values_list("pk", flat=True)) if pk in held.admin_of else set()
    context = {"organisation": organisation, "posts": posts, "may_look_after": pk in held.admin_of, "mine": mine, "me": user}
    return render(request, "accounts/organisation_detail.html", context)


@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    """Accounts that this person administers."""
    user = signed_in(request)
    held = posts_of(user)
    if not (held.admin_of or held.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)):
        raise Http404
    people = users_visible_to(user).prefetch_related("posts__organisation")
    may_grant = held.has(Role.SECURITY_KEEPER)
    keeps = {"may_open": held.has(Role.SYSTEM_KEEPER), "may_grant": may_grant, "misfits": misfits() if may_grant else []}
    return render(request, "accounts/user_list.html", {"people": people, "me": user, **keeps})


def user_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable or enable an account with a reason."""
    user = signed_in(request)
    person = get_object_or_404(users_visible_to(user), pk=pk)
    form = AccountReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_active(user=person, active=not person.is_active, by=user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{person.name}的账号已{'启用' if person.is_active else '停用'}")
        return redirect("accounts:user_list")
    return render(request, "accounts/user_activity.html", {"person": person, "form": form})


@require_POST
def introduced(request: HttpRequest) -> HttpResponse:
    """The three steps of the first sign-in are not shown again."""
    User.objects.filter(pk=signed_in(request).pk).update(introduced=True)
    return redirect("portal:workdesk")


@login_not_required
@csrf_exempt  # public pages set no cookie, so they have no token to send; nothing but how pages look hangs on it
@require_POST
def care(request: HttpRequest) -> HttpResponse:
    """Switch the large-text, high-contrast 关怀版, for the account or, signed out, for the browser."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)  # an address, never the name of a view
    turned_on = request.POST.get("care") == "on"
    response.set_cookie("gd_care", "on" if turned_on else "off", max_age=365 * 86400, samesite="Lax", httponly=True)
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(care_mode=turned_on)
    return response
