"""Sign-in with password and second factor, sign-out, and a person's own sessions."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.forms import LoginForm
from greendistrict.accounts.http import at_the_page, signed_in
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.audit.grouped import record_refused_name
from greendistrict.core.errors import Refused
from greendistrict.core.refusals import RefusalsIn
from greendistrict.signin import browsers, factors, passkeys, provider, sessions, stamps
from greendistrict.signin.factors import NAMES
from greendistrict.signin.forms import CodeForm
from greendistrict.signin.lockout import CROWDED
from greendistrict.signin.sessions import enter, tried, wait, waiting

IN_PLACE = "X-In-Place"
BUSY = "同一网络的登录尝试过多，请几秒后再试"
# Emptied at sign-out. Cookies stay: the browser is known by one, and the session's is ended. The storage stays: kept pages learn from it
# that their reader has left, and what somebody has not saved lies there.
LEFT_BEHIND = '"cache"'
WRONG = "动态码或恢复码不正确。每个码只能用一次"


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def _words(form: Any) -> str:
    return "；".join(str(text) for texts in form.errors.values() for text in texts)


class LoginView(auth_views.LoginView):
    """Sign in, then open the requested page. With ``X-In-Place`` only a status is returned, and the open page stays."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the name of the single sign-on provider, if there is one."""
        return super().get_context_data(**kwargs, provider=settings.OIDC_NAME if provider.is_on() else "")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """With ``X-In-Place``, accept the form even from a signed-in user."""
        self.redirect_authenticated_user = IN_PLACE not in request.headers
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the password; where too many are being checked, nothing is recorded and the name stays typed."""
        del args, kwargs
        form = self.get_form()
        with RefusalsIn(form) as told:
            form.is_valid()
        if told.code == HTTPStatus.OK:
            return self.form_valid(form) if form.is_valid() else self.form_invalid(form)
        if IN_PLACE in request.headers:
            return _plain(_words(form), told.code)
        return self.render_to_response(self.get_context_data(form=form), status=told.code)

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, or ask for the second factor; with ``X-In-Place`` its code is sent with the same form."""
        user: User = form.get_user()
        is_in_place = IN_PLACE in self.request.headers
        second = ""
        if factors.has_factor(user):
            if not is_in_place:
                wait(self.request, user, target=self.get_success_url())
                return redirect("signin:second")
            code = self.request.POST.get("code", "")[:20]
            second = factors.check_code(user, code, browsers.origin_of(self.request, user)) if code else ""
            if not second:
                if code:
                    audit.record(action="signin.second_refused", by=user, obj=user)
                return _plain(WRONG if code else "请再输入动态码或恢复码", HTTPStatus.PRECONDITION_REQUIRED)
        response = HttpResponse(status=HTTPStatus.NO_CONTENT) if is_in_place else HttpResponseRedirect(self.get_success_url())
        return enter(self.request, response, user, second=second)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Record the failure, without the password."""
        record_refused_name(action="accounts.login_failed", username=str(form.data.get("username", ""))[:60])
        if IN_PLACE in self.request.headers:
            return _plain(_words(form), HTTPStatus.UNPROCESSABLE_ENTITY)
        return super().form_invalid(form)


def _way(waited: dict[str, Any]) -> dict[str, str]:
    return {"backend": waited["backend"], "id_token": waited.get("id_token", "")}


@never_cache
def second(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor after the password."""
    found = waiting(request)
    if found is None:
        return redirect("accounts:login")
    user, waited = found
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if which := factors.check_code(user, form.cleaned_data["code"], browsers.origin_of(request, user)):
            return enter(request, HttpResponseRedirect(waited["target"]), user, second=which, **_way(waited))
        audit.record(action="signin.second_refused", by=user, obj=user)
        tried(request)
        if waiting(request) is None:
            return redirect("accounts:login")
        form.add_error("code", WRONG)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "signin/second.html", {"form": form, "person": user, "own": factors.factors_of(user)}, status=status)


@never_cache
@require_POST
def second_passkey(request: HttpRequest) -> HttpResponse:
    """Second factor by passkey: without an answer return the options for the browser, with one check it and sign in."""
    found = waiting(request)
    if found is None:
        return _plain("请重新登录", HTTPStatus.UNAUTHORIZED)
    user, waited = found
    if not (answer := request.POST.get("answer", "")):
        return JsonResponse(passkeys.begin_asking(request, user))
    try:
        passkeys.check(request, user, answer)
    except Refused as refused:
        audit.record(action="signin.second_refused", by=user, obj=user)
        tried(request)
        return _plain(str(refused), HTTPStatus.UNPROCESSABLE_ENTITY)
    return enter(request, JsonResponse({"target": waited["target"]}), user, second="passkey", **_way(waited))


class LogoutView(auth_views.LogoutView):
    """Sign out by POST."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record the sign-out and end the session; after single sign-on, also that at the provider."""
        id_token = str(stamps.read(request.session).get("id_token", ""))
        if isinstance(request.user, User):
            audit.record(action="accounts.logout", by=request.user, obj=request.user)
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = LEFT_BEHIND
        away = provider.way_out(id_token) if id_token else ""
        if not away:
            return response
        # The content security policy allows forms to submit to this host only; a refresh is not a form submission.
        done = render(request, "signin/signed_out.html", {"away": away, "provider": settings.OIDC_NAME})
        done["Refresh"], done["Clear-Site-Data"] = f"0; url={away}", LEFT_BEHIND
        return done


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """Page after too many wrong passwords, the same for known and unknown names; another where too many wait at this address."""
    del response
    record_refused_name(action="accounts.locked_out", username=str((credentials or {}).get("username", ""))[:60])
    crowded = getattr(request, CROWDED, False)
    if IN_PLACE in request.headers:
        return _plain(BUSY if crowded else "连续多次不正确，账号已锁定15分钟", HTTPStatus.TOO_MANY_REQUESTS)
    return render(request, "accounts/locked_out.html", {"crowded": crowded}, status=HTTPStatus.TOO_MANY_REQUESTS)


@never_cache
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in now."""
    user = signed_in(request)
    own = request.session.session_key
    rows = [{"row": row, "is_own": row.session_key == own} for row in sessions.sessions_of(user)]
    second = NAMES.get(str(stamps.read(request.session).get("second", "")), "")
    limits = {"idle": stamps.idle_minutes(request.session), "hours": settings.SESSION_COOKIE_AGE // 3600, "most": settings.SESSIONS_AT_ONCE}
    return render(request, "signin/sessions.html", {"rows": rows, "second": second, **limits})


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """End one session of the person, or all but this one."""
    user = signed_in(request)
    name = request.POST.get("name", "")
    ended = sessions.end(user, name=name, but=request.session.session_key or "")
    if ended:
        audit.record(action="signin.end_sessions", by=user, obj=user, data={"sessions": ended})
    messages.success(request, f"已退出{ended}个登录" if ended else "没有其他登录")
    return redirect("signin:sessions")


@never_cache
@require_safe
@at_the_page
def session_left(request: HttpRequest) -> HttpResponse:
    """Seconds until the session ends; the request does not extend it."""
    return JsonResponse({"left": stamps.left(request.session)})


@require_POST
@at_the_page
def session_stay(request: HttpRequest) -> HttpResponse:
    """Extend the session because the person is still active."""
    stamps.change(request.session, seen=stamps.now())
    return JsonResponse({"left": stamps.left(request.session)})


@never_cache
@require_safe
@at_the_page
def session_warning(request: HttpRequest) -> HttpResponse:
    """Dialog that warns before the session ends, and signs in again on the same page afterwards."""
    return render(request, "signin/_warning.html")
