"""The signed-in user of a request, and the page that sent it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.core.addresses import sent_from

Page = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """The signed-in user of a request, typed. Raises ``Http404`` for anybody else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def page_before(request: HttpRequest) -> str:
    """Page from which a form was sent; the desk if the browser does not tell."""
    return sent_from(request) or reverse("portal:workdesk")


def is_at_the_page(request: HttpRequest) -> bool:
    """Whether the request was sent by a page of the person signed in; pages send their user in the header ``X-User``."""
    user = request.user
    return user.is_authenticated and request.headers.get("X-User", str(user.pk)) == str(user.pk)


def signed_out() -> HttpResponse:
    """Response 401 to an autosave without a session; the browser keeps what was typed and offers to sign in on the page."""
    return HttpResponse("登录已过期", status=HTTPStatus.UNAUTHORIZED, content_type="text/plain; charset=utf-8")


def at_the_page(view: Page) -> Page:
    """Decorator for views called by scripts of a page: 401 for anybody but the person whose page it is."""

    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if is_at_the_page(request) else signed_out()

    vars(answered)["asks_by_itself"] = True  # these requests, too, require what is demanded of the person first (signin.middleware)
    return answered
