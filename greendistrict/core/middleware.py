"""Middleware of every request: its number, and refusals of the services as pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from greendistrict.core import requestid
from greendistrict.core.logs import request_of_context

HEADER = "X-Request-ID"


class RequestIdMiddleware:
    """Gives each request a number (the caller's where it is harmless) that logs, audit and the answer carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the number in ``X-Request-ID``."""
        with requestid.bound(requestid.accepted(request.headers.get(HEADER, ""))) as identifier:
            token = request_of_context.set(request)
            try:
                response = self.get_response(request)
            finally:
                request_of_context.reset(token)
            response[HEADER] = identifier
            return response
