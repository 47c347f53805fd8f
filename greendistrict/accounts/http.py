"""The signed-in user of a request, typed."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse

from greendistrict.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """User of a request behind ``login_required``, typed. Raises ``Http404`` for anybody else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def is_at_the_page(request: HttpRequest) -> bool:
    """Whether the request comes from a page of the person signed in; the page names its user in ``X-User``."""
    user = request.user
    return user.is_authenticated and request.headers.get("X-User", str(user.pk)) == str(user.pk)


def signed_out() -> HttpResponse:
    """Answer 401 for an autosave without a session: the browser keeps what was typed and offers to sign in in place."""
    return HttpResponse("登录已过期", status=HTTPStatus.UNAUTHORIZED, content_type="text/plain; charset=utf-8")
