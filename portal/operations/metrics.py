"""``/metrics`` for Prometheus: requests of all web workers, and figures of the whole installation read on each request."""

import os

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from greendistrict.core import clock
from greendistrict.core.access import REGISTRY
from greendistrict.core.health import monitors
from portal.operations.selectors.figures import InstallationFigures


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics as text, for ``GD_METRICS_NETWORKS`` and holders of ``GD_METRICS_TOKEN``. Raises ``Http404`` for everybody else."""
    if not monitors(request):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    registry.register(InstallationFigures(clock.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
