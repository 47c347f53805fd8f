"""Acts that need a fresh proof of identity: negative decisions, exports of personal data, acts of keepers (``GD_REASK_MINUTES``)."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from greendistrict.signin import stamps

PAGE = ("GET", "HEAD")


def proof_page(request: HttpRequest) -> str:
    """URL of the page that asks for the proof and redirects back to the page of the request."""
    return f"{reverse('signin:proof')}?{urlencode({'next': _page_of(request)}, safe='/')}"


def _page_of(request: HttpRequest) -> str:
    """The requested page; for a submitted form the page that contains it."""
    if request.method in PAGE and not getattr(request, "htmx", False):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return reverse("portal:workdesk")
    page = urlsplit(referer)
    return f"{page.path}?{page.query}" if page.query else page.path


def asked(request: HttpRequest) -> HttpResponse | None:
    """Redirect to the page that asks for a proof; None if the last proof is recent enough."""
    if stamps.is_fresh(request.session):
        return None
    target = proof_page(request)
    if getattr(request, "htmx", False):
        response = HttpResponse()
        response["HX-Redirect"] = target
        return response
    return redirect(target)
