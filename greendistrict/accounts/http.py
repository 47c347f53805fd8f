"""The signed-in user of a request, typed."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse

from greendistrict.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """User of a view behind ``login_required``; anybody else sees nothing."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def is_at_the_page(request: HttpRequest) -> bool:
    """Whether the person whose page sends this is signed in: the page says who in ``X-User``, should somebody else be by now."""
    user = request.user
    return user.is_authenticated and request.headers.get("X-User", str(user.pk)) == str(user.pk)


def signed_out() -> HttpResponse:
    """401 instead of the way to the sign-in page: the browser keeps what was typed, and lets the person sign in in place."""
    return HttpResponse("登录已过期", status=HTTPStatus.UNAUTHORIZED, content_type="text/plain; charset=utf-8")
