"""运行状况 for the system keeper."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import database_clock, heartbeats, release
from greendistrict.documents import lost_files, quotas
from greendistrict.notifications import transports
from greendistrict.workflow import given_up
from portal.data_check import selectors as data_check
from portal.operations.selectors import expiries, queues, status

SHOWN = 10  # organisations using most storage
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
        "storage": status.storage(),
        "usage": used[:SHOWN],
        "scanner": settings.CLAMD,
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
