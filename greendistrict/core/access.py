"""Access log line and metrics of every request."""

import logging
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram

from greendistrict.core.base_middleware import Middleware
from greendistrict.core.proxies import caller

logger = logging.getLogger("greendistrict.access")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Of one process; the sum over all web workers is read from the folder created in gunicorn.conf.py (portal/operations/views.py).
REGISTRY = CollectorRegistry()
ANSWERED = Counter("greendistrict_requests", "Answered requests", ["room", "method", "status"], registry=REGISTRY)
TOOK = Histogram(
    "greendistrict_request_seconds",
    "Time until the first byte of an answer",
    ["room"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)


class AccessMiddleware(Middleware):
    """Writes one log line per request and counts it. The query string is left out, so that search terms are not logged."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, then log and count it."""
        began = time.perf_counter()
        response = self.get_response(request)
        took, room = time.perf_counter() - began, room_of(request)
        method = request.method if request.method in METHODS else "other"
        ANSWERED.labels(room, method, f"{response.status_code // 100}xx").inc()
        TOOK.labels(room).observe(took)
        if logger.isEnabledFor(logging.INFO):
            line = {"method": method, "path": request.path, "status": response.status_code, "milliseconds": int(took * 1000)}
            logger.info("request", extra={**line, "address": caller(request), "room": room})
        return response


def room_of(request: HttpRequest) -> str:
    """The app that answered; a small set of values, because it is used as a metrics label."""
    match = request.resolver_match
    if match is not None:
        return match.namespaces[0] if match.namespaces else "none"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
