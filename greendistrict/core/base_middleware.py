"""Base of the portal's middleware: passes requests on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class Middleware:
    """Middleware says what it does otherwise in ``__call__`` or ``process_…``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)
