"""The signed-in person of a request, with its type."""

from django.http import Http404, HttpRequest

from greendistrict.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """User of a view behind ``login_required``; anybody else sees nothing."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
