"""A one-time password opens one page only: the one that replaces it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

ALLOWED = frozenset({"accounts:password_change", "accounts:logout", "accounts:login"})


class PasswordChangeMiddleware:
    """Send a user with a one-time password to the change page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Redirect unless the page is one of the allowed ones."""
        del view, args, kwargs
        user = request.user
        match = request.resolver_match
        if not user.is_authenticated or not user.must_change_password or (match and match.view_name in ALLOWED):
            return None
        return redirect("accounts:password_change")
