"""Middleware of every request: request id, malformed cookies, text that cannot be stored, and refusals of services as pages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from traceback import walk_tb

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from greendistrict.core import database_faults, request_id
from greendistrict.core.addresses import sent_from
from greendistrict.core.base_middleware import Middleware
from greendistrict.core.database_faults import NUL_WORDS
from greendistrict.core.disk import FULL, refusal_of
from greendistrict.core.errors import Refused, Unstorable
from greendistrict.core.forms import choice_words
from greendistrict.core.logs import request_of_context
from greendistrict.core.memoisation import held_reads
from greendistrict.core.problems import problem
from greendistrict.core.proxies import caller
from greendistrict.postgres.waits import lock_milliseconds

HEADER = "X-Request-ID"
HEADINGS = {
    403: "这一步不由您办理", 404: "文件不在存储中", 409: "现在还不能办理", 410: "已不能修改", 422: "没有保存",
    429: "请稍候", 503: "文件存储没有应答", 507: "没有保存",
}  # fmt: skip
NUL = "\0"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
SECRET = ("csrfmiddlewaretoken", "password", "token", "version")
SENT_BY_PAGE = frozenset({"action", "confirmed", "do", "next"})
TYPED = "填写的内容"  # label if no form knows the field
READING = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_METHODS = ("GET", "HEAD", "POST")
AGAIN_SECONDS = "2"


class RequestIdMiddleware(Middleware):
    """Gives each request an id (the caller's, if harmless) for logs, audit records and the response."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the number in ``X-Request-ID``."""
        with request_id.bound(request_id.accepted(request.headers.get(HEADER, "")), caller(request)) as identifier:
            token = request_of_context.set(request)
            try:
                response = self.get_response(request)
            finally:
                request_of_context.reset(token)
            response[HEADER] = identifier
            return response


class LockWaitMiddleware(Middleware):
    """Lets what saves wait longer for a lock than what reads: the latter meets only tables that a migration is changing."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request with the bound of its method; a no-op where all requests have the same one."""
        if request.method in READING or not settings.READING_LOCK_MILLISECONDS:
            return self.get_response(request)
        token = lock_milliseconds.set(settings.LOCK_SECONDS * 1000)
        try:
            return self.get_response(request)
        finally:
            lock_milliseconds.reset(token)


class HeldReadsMiddleware(Middleware):
    """Reads settings, working days and whatever else a page asks for in several places once for each page (``memoisation.once``).

    Only for requests that read: what saves decides by what it reads itself, within its locks.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request with one memory until it is answered."""
        if request.method not in READING:
            return self.get_response(request)
        with held_reads():
            return self.get_response(request)


class PlainCookiesMiddleware(Middleware):
    """Drops cookies with control characters, which no server sets but a quoted cookie may contain as octal escapes.

    The session key is looked up in a table, and a query with U+0000 fails.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        for name in [name for name, value in request.COOKIES.items() if CONTROL.search(value)]:
            del request.COOKIES[name]
        return self.get_response(request)


class WrongMethodMiddleware(Middleware):
    """Allows GET and HEAD for pages and POST for forms only; a form-only URL opened as a page gets an explanation."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; replace an empty 405 response by a page."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Refuse other methods; the API handles its own."""
        if request.method in PAGE_METHODS or (request.resolver_match and request.resolver_match.namespace == "api"):
            return None
        return HttpResponseNotAllowed(PAGE_METHODS)


class RefusalMiddleware(Middleware):
    """Turns a ``Refused`` that a view did not catch into a page with all reasons and the typed values; a 503 says when to ask again."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            response.setdefault("Retry-After", AGAIN_SECONDS)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Response for a refusal, a full disk or data that the database refused; other exceptions are left to Django."""
        refused = _refused(exception)
        return refusal(request, refused, typed_text(request, _forms_of(exception))) if refused else None


def _refused(exception: Exception) -> Refused | None:
    if isinstance(exception, Refused):
        return exception
    if isinstance(exception, OSError):
        return refusal_of(exception) if exception.errno in FULL else None
    return database_faults.refusal_of(exception)


class UnstorableTextMiddleware(Middleware):
    """Refuses U+0000 in forms, URLs and query strings before any view, because PostgreSQL cannot store it."""

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Response 422 with an explanation; None without the character. Bodies other than forms are not read."""
        if not any(NUL in text for text in _texts(request)):
            return None
        response = refusal(request, Unstorable(NUL_WORDS))
        response["X-Refused"] = "1"  # tells the browser script that this is a final answer, not to be retried
        return response


def _texts(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    for sent in (request.GET, request.POST):
        for name, values in sent.lists():
            yield name
            yield from (value for value in values if isinstance(value, str))


def refusal(request: HttpRequest, refused: Refused, typed: Sequence[tuple[str, str]] | None = None) -> HttpResponse:
    """Page, fragment or JSON problem with the status of the refusal."""
    if request.path.startswith("/api/"):
        told = [(one.field, one.text) for one in refused.refusals]
        return problem(refused.status, str(refused), told if len(told) > 1 or told[0][0] else ())
    fragment = bool(getattr(request, "htmx", False))
    context = {
        "refusals": refused.refusals,
        "typed": typed_text(request) if typed is None else typed,
        "status": refused.status,
        "back": sent_from(request) or request.path,  # many addresses only take forms
        "heading": refused.heading or HEADINGS[refused.status],
    }
    template = "components/_refusal.html" if fragment else "refused.html"
    return render(request, template, context, status=refused.status)


def _forms_of(exception: Exception) -> list[forms.BaseForm]:
    """Bound forms of the refused view, used for the labels of typed values."""
    frames = [frame for frame, _line in walk_tb(exception.__traceback__)]
    return [found for frame in frames for found in frame.f_locals.values() if isinstance(found, forms.BaseForm) and found.is_bound]


def typed_text(request: HttpRequest, filled: Iterable[forms.BaseForm] = ()) -> list[tuple[str, str]]:
    """Label and text of typed values for copying; without secrets and values sent by the page itself."""
    fields = {field.html_name: field for form in filled for field in form}
    return [
        (str(field.label), choice_words(field, text)) if field else (TYPED, text)
        for name, values in request.POST.lists()
        if name not in SENT_BY_PAGE and not any(part in name for part in SECRET)
        for field in [fields.get(name)]
        for text in [str(value).replace(NUL, "") for value in values]
        if text and not (field and field.is_hidden)
    ]
