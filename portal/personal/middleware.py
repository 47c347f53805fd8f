"""Asks people who have not read the current privacy notice before their first page; forms already open can still be sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.base_middleware import Middleware
from portal.personal.selectors import must_be_asked

ALWAYS_OPEN = frozenset({"portal:privacy_notice", "portal:personal", "portal:personal_export", "accounts:password_change"})
OTHERS = frozenset({"api", "signin"})  # programs; pages that sign-in itself needs


class NoticeMiddleware(Middleware):
    """Compares the version that was read, a column of the user, so that no query is needed."""

    def process_view(self, request: HttpRequest, view: Any, *_: object) -> HttpResponse | None:
        """Redirect from pages for signed-in people to the notice."""
        match = request.resolver_match
        if request.method != "GET" or match is None or match.namespace in OTHERS or match.view_name in ALWAYS_OPEN:
            return None
        if not getattr(view, "login_required", True) or getattr(request, "htmx", False):
            return None
        if not isinstance(request.user, User) or not must_be_asked(viewer_of(request)):
            return None
        return redirect(f"{reverse('portal:privacy_notice')}?{urlencode({'next': request.get_full_path()})}")
