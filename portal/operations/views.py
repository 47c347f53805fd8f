"""运行状况, 平台停运 and 材料存储 for the system keeper, and ``/metrics`` for Prometheus."""

import os

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock, database_clock, heartbeats, release
from greendistrict.core.access import REGISTRY
from greendistrict.core.errors import Refused
from greendistrict.core.health import monitors
from greendistrict.documents import lost_files, quotas
from greendistrict.notifications import transports
from greendistrict.notifications.mail import goes_out
from greendistrict.workflow import given_up
from obligations import services
from obligations.forms import OutageForm
from obligations.models import PortalOutage
from portal.data_check import selectors as data_check
from portal.operations.selectors import expiries, queues, status
from portal.operations.selectors.figures import InstallationFigures

SHOWN_BODIES = 10  # organisations using most storage
DONE = {
    "again": (given_up.send_again, "已放回队列，重新发送"),
    "aside": (given_up.set_aside, "不再发送，已记入审计"),
}


def keeper(request: HttpRequest) -> Viewer:
    """The signed-in system keeper. Raises ``Http404`` for everybody else."""
    viewer = viewer_of(request)
    if not viewer.held.has(Role.SYSTEM_KEEPER):
        raise Http404
    return viewer


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Duties, queues, workers, failures, scheduled jobs, storage, backup and expiries; for the system keeper only."""
    viewer = keeper(request)
    now = viewer.moment
    workers = heartbeats.workers(database_clock.now())
    lines, waiting = queues.queues(workers), queues.outbox_lines()
    failures, failed = queues.failures()
    checked, used = data_check.last_check(), quotas.usage()
    jobs, ends, copy = status.job_lines(now), expiries.expiries(now.date()), expiries.backup(now)
    lacking = status.lacking(now)
    troubles = [
        *queues.queue_troubles(workers, lines, failed),
        *status.troubles(now, jobs),
        *expiries.expiry_troubles(ends, copy),
        *data_check.check_troubles(checked),
        *status.storage_troubles(used),
        *lost_files.troubles(now),
    ]
    context = {
        "workers": [(worker, queues.labels_of(worker.beat.queues)) for worker in workers],
        "queues": lines,
        "waiting": waiting,
        "channels": transports.states(),
        "mail_stays": not goes_out(),
        "duties": status.keeper_duties(viewer),
        "failures": failures,
        "failed": failed,
        "lines": jobs,
        "expiries": ends,
        "backup": copy,
        "checked": checked,
        "checked_words": data_check.counted_words(checked) if checked else "",
        "findings": data_check.first_findings(checked) if checked else [],
        "troubles": troubles,
        "lacking": lacking,
        "storage": status.storage(),
        "usage": used[:SHOWN_BODIES],
        "scanner": settings.CLAMD,
        "without_scanner": settings.WITHOUT_CLAMD,
        "version": release.version(),
        "now": now,
    }
    return render(request, "portal/operations/operations.html", context)


@require_POST
def all_given_up(request: HttpRequest) -> HttpResponse:
    """Resend all abandoned messages, as after a long failure of the mail server."""
    count = given_up.send_all_again(by=keeper(request).user)
    messages.success(request, f"{count}条已放回队列，重新发送")
    return redirect("portal:operations")


@require_POST
def given_up_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Resend an abandoned message, or dismiss it."""
    viewer = keeper(request)
    act, words = DONE["aside" if request.POST.get("action") == "aside" else "again"]
    act(key=pk, by=viewer.user)
    messages.success(request, words)
    return redirect("portal:operations")


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


SHOWN_OUTAGES = 100


def outages(request: HttpRequest) -> HttpResponse:
    """Recorded outages and the form for a new one; for the system keeper only."""
    viewer = viewer_of(request)
    if not services.may_record(viewer.held):
        raise Http404
    form = OutageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("confirmed") != "yes":
                return _asked_again(request, form)
            outage = services.record_outage(period=form.period, reason=form.cleaned_data["reason"], by=viewer.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记平台停运，{outage.extensions.count()}项到期事项顺延")
            return redirect("portal:outages")
    rows = [(outage, services.moved_by(outage)) for outage in PortalOutage.objects.select_related("recorded_by")[:SHOWN_OUTAGES]]
    rule = services.outage_rule()
    context = {"form": form, "outages": rows, "rule": rule, "least": int(rule.least.total_seconds()) // 60}
    return render(request, "portal/operations/outages.html", context)


def _asked_again(request: HttpRequest, form: OutageForm) -> HttpResponse:
    moved = services.outage_preview(form.period)
    context = {
        "title": "登记平台停运",
        "question": "登记后不能修改。停运时间和原因在公开首页公布。" if moved else "没有到期事项因此顺延；停运时间和原因在公开首页公布。",
        "effects": [day.words for day in moved],
        "reason": form.cleaned_data["reason"],
        "reason_required": True,
        "reason_label": form["reason"].label,
        "hidden": {name: form[name].value() for name in ("began_at", "ended_at")},
        "url": request.path,
        "action": "record",
        "label": "登记停运",
        "back": request.path,
        "crumbs": [("运行状况", reverse("portal:operations")), ("平台停运", request.path), ("登记停运", "")],
    }
    return render(request, "components/confirm.html", context)


LARGEST_GB = 100_000


class AllowanceForm(forms.Form):
    """A separate limit for one organisation; if empty, the limit of the settings applies."""

    body = forms.ModelChoiceField(label="单位", queryset=Organisation.objects.all(), empty_label="请选择")
    most_gb = forms.IntegerField(
        label="上限（GB）", min_value=1, max_value=LARGEST_GB, required=False, help_text="留空即恢复为平台对所有单位的上限"
    )
    reason = forms.CharField(label="理由", max_length=200, help_text="记入审计")


def storage(request: HttpRequest) -> HttpResponse:
    """Every organisation with its storage and limit, and the form to change a limit; for the system keeper only."""
    user = signed_in(request)
    if not quotas.may_allow(user):
        raise Http404
    form = AllowanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        body, most, reason = (form.cleaned_data[name] for name in ("body", "most_gb", "reason"))
        try:
            quotas.allow(body=body, most_gb=most, reason=reason, by=user)
        except Refused as refused:
            form.add_error("most_gb", str(refused))
        else:
            messages.success(request, f"{body.name}的材料上限已调整")
            return redirect("portal:storage")
    context = {"form": form, "usage": quotas.usage(), "common": quotas.common()}
    return render(request, "portal/operations/storage.html", context, status=422 if form.errors else 200)
