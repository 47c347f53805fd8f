"""Middleware that returns users to a page after sign-in, never to the target of a form."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from greendistrict.accounts.http import page_before
from greendistrict.core.base_middleware import Middleware


class WayBackMiddleware(Middleware):
    """After a session has ended, sign-in leads back to the page of the form that was sent, not to the form's POST-only address."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; change the return address of a redirect to the sign-in page."""
        response = self.get_response(request)
        asked = urlsplit(response.get("Location", ""))
        if request.method == "POST" and asked.path == reverse("accounts:login") and asked.query.startswith("next="):
            response["Location"] = f"{asked.path}?{urlencode({'next': page_before(request)}, safe='/')}"
        return response
