"""Middleware of every request: its number, and refusals of the services as pages."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from greendistrict.core import requestid
from greendistrict.core.errors import Refused
from greendistrict.core.logs import request_of_context

HEADER = "X-Request-ID"
HEADINGS = {403: "这一步不由您办理", 409: "现在还不能办理", 410: "已不能修改"}


class RequestIdMiddleware:
    """Gives each request a number (the caller's where it is harmless) that logs, audit and the answer carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the number in ``X-Request-ID``."""
        address = request.META.get("REMOTE_ADDR", "")
        with requestid.bound(requestid.accepted(request.headers.get(HEADER, "")), address) as identifier:
            token = request_of_context.set(request)
            try:
                response = self.get_response(request)
            finally:
                request_of_context.reset(token)
            response[HEADER] = identifier
            return response


class WrongMethodMiddleware:
    """An address that only takes forms, opened like a page, says so instead of nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; give an empty 405 a page."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            page["Allow"] = response["Allow"]
            return page
        return response


class RefusalMiddleware:
    """Turns a ``Refused`` that a view did not catch into a page that gives every reason and keeps what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Page, fragment or JSON with the refusal's own status."""
        if not isinstance(exception, Refused):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": [refusal.text for refusal in exception.refusals]}, status=exception.status)
        fragment = bool(getattr(request, "htmx", False))
        context = {
            "refusals": exception.refusals,
            "typed": typed_text(request),
            "status": exception.status,
            "heading": HEADINGS[exception.status],
        }
        template = "components/_refusal.html" if fragment else "refused.html"
        return render(request, template, context, status=exception.status)


def typed_text(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form carried, for copying; secrets left out."""
    hidden = ("csrfmiddlewaretoken", "password", "token", "version")
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if value and not any(part in name for part in hidden)
    ]
