"""Ends sessions at their limits, and leads people to a required second factor or password change before anything else."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.base_middleware import Middleware
from greendistrict.core.django_internals import keep_user, user_read
from greendistrict.core.features import pages_with
from greendistrict.core.problems import problem
from greendistrict.signin import factors, stamps
from greendistrict.signin.stamps import proof_page

BACKGROUND = "X-Background"  # automatic requests of a page do not count as activity of the person
DEMANDED = "须先设置双因素或修改密码"


class LimitedSessionMiddleware(AuthenticationMiddleware):
    """Sets ``request.user`` like Django's middleware; a session idle too long or too old is ended when its user is looked up."""

    def process_request(self, request: HttpRequest) -> None:
        """Set the user, looked up lazily."""
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]  # as Django does

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Store the activity of the person."""
        if request.session.accessed and stamps.read(request.session) and BACKGROUND not in request.headers:
            stamps.touch(request.session)
        return response


def _user_of(request: HttpRequest) -> Any:
    user = user_read(request)
    if user is None:
        user = get_user(request)
        if isinstance(user, User) and not stamps.left(request.session):
            request.session.flush()
            user = AnonymousUser()
        keep_user(request, user)
    return user


class DemandMiddleware(Middleware):
    """Leads people whose posts require a second factor to set one up, and people with an old password to change it."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect pages, and refuse automatic requests and API requests; None if nothing is required."""
        del args, kwargs
        match = request.resolver_match
        if match is None or match.view_name in pages_with("before_factor"):
            return None
        is_page = getattr(view, "login_required", True)
        asks_by_itself = getattr(view, "asks_by_itself", False) or match.namespace == "api"
        if not (is_page or asks_by_itself) or settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, User):
            return None
        target = demanded(request, request.user)
        if not target:
            return None
        if match.namespace == "api":
            return problem(HTTPStatus.FORBIDDEN, DEMANDED)
        if asks_by_itself:
            return HttpResponse(DEMANDED, status=HTTPStatus.FORBIDDEN, content_type="text/plain; charset=utf-8")
        if request.method == "POST":
            messages.warning(request, f"没有提交：{DEMANDED}")
        return HttpResponseRedirect(target)


def demanded(request: HttpRequest, user: User) -> str:
    """URL of the page on which this person must do something first; empty if there is none."""
    if settings.SECOND_FACTOR and not stamps.read(request.session).get("second") and factors.is_required(user):
        return proof_page(request) if factors.has_factor(user) else reverse("signin:factors")
    if settings.PASSWORD_DAYS and user.password_changed_at is not None and not stamps.read(request.session).get("id_token"):
        age = clock.now() - user.password_changed_at
        return reverse("accounts:password_change") if age.days >= settings.PASSWORD_DAYS else ""
    return ""
