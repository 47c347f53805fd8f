"""Asks a person who has not agreed to the notice in force, before the first page; what was typed on an open page is taken nevertheless."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from greendistrict.accounts.models import User
from greendistrict.core.base_middleware import Middleware
from portal.personal.selectors import must_be_asked

ALWAYS_OPEN = frozenset({"portal:privacy_notice", "portal:personal", "portal:personal_export", "accounts:password_change"})
OTHERS = frozenset({"api", "signin"})  # programs; pages that sign-in itself leads to


class NoticeMiddleware(Middleware):
    """The version is a column of the person, who is read anyway: it costs no query."""

    def process_view(self, request: HttpRequest, view: Any, *_: object) -> HttpResponse | None:
        """Lead to the notice from pages for people who are signed in."""
        match = request.resolver_match
        if request.method != "GET" or match is None or match.namespace in OTHERS or match.view_name in ALWAYS_OPEN:
            return None
        if not getattr(view, "login_required", True) or getattr(request, "htmx", False):
            return None
        if not isinstance(request.user, User) or not must_be_asked(request.user):
            return None
        return redirect(f"{reverse('portal:privacy_notice')}?{urlencode({'next': request.get_full_path()})}")
