"""Error pages; programs, whose addresses begin with ``/api/``, are answered in ``application/problem+json`` (RFC 9457).

Also addresses that have moved.
"""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from greendistrict.core import request_id
from greendistrict.core.database_faults import fault_of
from greendistrict.core.problems import problem

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Respond with 400 to a request that Django rejects: wrong host name, too many fields, body too large."""
    del exception
    if request.path.startswith(API):
        return problem(400, "请求不合规定，未受理")
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Respond with 403."""
    del exception
    if request.path.startswith(API):
        return problem(403, "没有查看或办理的权限")
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Respond with 403 to a form without a valid CSRF token; the browser's back button keeps what was typed."""
    del reason
    return render(request, "403.html", {"csrf": True}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Respond with 404, also for objects that are not visible."""
    del exception
    if request.path.startswith(API):
        return problem(404, "没有这个接口地址")
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Respond with 503 to faults of the database, else with 500 without a traceback; the JSON contains the request id, as the log does."""
    if fault := fault_of(sys.exception()):
        if request.path.startswith(API):
            response: HttpResponse = problem(503, f"{fault.heading}。{fault.text}", request_id=request_id.current())
        else:
            response = render(request, "503.html", {"fault": fault}, status=503)
        response["Retry-After"] = str(fault.retry_after)
        return response
    if request.path.startswith(API):
        return problem(500, "系统没有完成这一步，错误已记录，请稍后再试", request_id=request_id.current())
    return render(request, "500.html", status=500)


@require_safe
def moved_letter(_request: HttpRequest, slug: str, pk: int, key: str, **_place: str) -> HttpResponse:
    """Redirect from the former URL of a letter to the current one."""
    return HttpResponsePermanentRedirect(reverse("reports:letter", args=[slug, pk, key]))
