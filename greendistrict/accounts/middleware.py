"""Middleware that returns users to a page after sign-in, never to the target of a form."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from greendistrict.core.base_middleware import Middleware


class WayBackMiddleware(Middleware):
    """After a session has ended, sign-in leads back to the page of the form that was sent, not to the form's POST-only address."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; change the return address of a redirect to the sign-in page."""
        response = self.get_response(request)
        asked = urlsplit(response.get("Location", ""))
        if request.method == "POST" and asked.path == reverse("accounts:login") and asked.query.startswith("next="):
            response["Location"] = f"{asked.path}?{urlencode({'next': _page_of(request)}, safe='/')}"
        return response


def _page_of(request: HttpRequest) -> str:
    """Page from which a form was sent; the desk if the browser does not tell."""
    referer = request.headers.get("Referer", "")
    if not referer or not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return reverse("portal:workdesk")
    page = urlsplit(referer)
    return f"{page.path}?{page.query}" if page.query else page.path
