"""Middleware for every page: no caching of private pages, and 404 for areas closed to a role."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.base_middleware import Middleware
from greendistrict.core.features import pages_with, public_pages
from greendistrict.signin.stamps import asked

# Namespaces of pages about accounts, the record and the portal itself. All others, of new apps too, are about the programme.
FRAME = frozenset({"", "accounts", "api", "audit", "core", "notifications", "portal", "signin", "workflow"})


class PrivateMiddleware(Middleware):
    """Adds ``Cache-Control: no-store`` to responses to requests with a session or token, unless the view set the header itself."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Process the request."""
        response = self.get_response(request)
        session = settings.SESSION_COOKIE_NAME
        if session in request.COOKIES or session in response.cookies or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class RoomsMiddleware(Middleware):
    """404 for account managers on pages of the programme, and for experts on pages not meant for them."""

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Raises ``Http404``."""
        del view, args, kwargs
        match = request.resolver_match
        if match is None or match.namespace in FRAME or match.view_name in public_pages() or not isinstance(request.user, User):
            return
        roles = posts_of(request.user).roles
        if roles and (roles <= KEEPERS or (roles == {Role.EXPERT} and match.view_name in pages_with("closed_to_experts"))):
            raise Http404


class ReaskMiddleware(Middleware):
    """Asks users to prove their identity again before pages with ``proof``; adverse decisions ask in ``greendistrict.workflow.pages``."""

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Redirect to the page that asks for the proof; None if that is not needed."""
        del view, args, kwargs
        match = request.resolver_match
        if not settings.REASK_MINUTES or match is None or not isinstance(request.user, User):
            return None
        asks = match.view_name in pages_with("proof") or (request.method == "POST" and match.view_name in pages_with("proof_to_send"))
        return asked(request) if asks else None
