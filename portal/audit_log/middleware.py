"""Records refused requests of signed-in people and the opening of watched pages.

Also here: Pages whose opening is recorded once a day per person and page: confidential content, data about people, and lists of the API.
Reads of the API with a token are recorded where the token is checked (``portal/api/auth.py``).
"""

import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.models import User
from greendistrict.audit.grouped import record_once_a_day, record_refusal
from greendistrict.core.base_middleware import Middleware
from greendistrict.core.features import recorded_pages

REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
SHOWN = 200
API = "api:"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class AccessRecordMiddleware(Middleware):
    """Runs after the view's transaction, so that a refusal is recorded even if the view was rolled back."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Process the request, then record a refusal or the opening of a watched page."""
        response = self.get_response(request)
        match = request.resolver_match
        page = match.view_name if match else ""
        path = CONTROL.sub(lambda found: f"%{ord(found[0]):02X}", request.path)  # PostgreSQL stores no NUL
        if response.status_code in REFUSED and (user := _person(request)):
            data = {"path": path[:SHOWN], "method": request.method, "status": response.status_code, "page": page}
            record_refusal(action="access.denied", by=user, label=path, data=data)
        elif _is_watched(request, page) and response.status_code == HTTPStatus.OK and (user := _person(request)):
            data = {"path": path[:SHOWN], "page": page}
            record_once_a_day(action="access.read", by=user, what=path, label=f"{recorded_pages()[page]} {path}", data=data)
        return response


def _is_watched(request: HttpRequest, page: str) -> bool:
    return page in recorded_pages() and request.method == "GET" and not (page.startswith(API) and "Authorization" in request.headers)


def _person(request: HttpRequest) -> User | None:
    """Person signed in by session or token; a request without either is not looked up."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and "Authorization" not in request.headers:
        return None
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
