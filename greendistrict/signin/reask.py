"""Acts that need a fresh proof of identity: negative decisions, exports of personal data, acts of keepers (``GD_REASK_MINUTES``)."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from greendistrict.accounts.http import page_before
from greendistrict.signin import stamps

PAGE = ("GET", "HEAD")


def proof_page(request: HttpRequest) -> str:
    """URL of the page that asks for the proof and redirects back to the page of the request, or to the page whose form was sent."""
    is_page = request.method in PAGE and not getattr(request, "htmx", False)
    page = request.get_full_path() if is_page else page_before(request)
    return f"{reverse('signin:proof')}?{urlencode({'next': page}, safe='/')}"


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
