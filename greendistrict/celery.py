"""Celery application: tasks receive ids, run after commit, and hold no rule."""

import os
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    heartbeat_sent,
    task_failure,
    task_postrun,
    task_prerun,
    task_success,
    worker_init,
    worker_shutdown,
)

from greendistrict.core import broker, clock, request_id, task_counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
broker.mend()

app = Celery("greendistrict")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def number_the_job(task_id: str, **_kwargs: Any) -> None:
    """Log lines and records of a job carry its id."""
    request_id.begin(task_id)
    task_counts.begin(task_id)


@task_postrun.connect
def end_the_job(sender: Any, task_id: str, state: str | None = None, **_kwargs: Any) -> None:
    """Count the job, clear the request id."""
    task_counts.end(sender.name, state or "UNKNOWN", task_id)
    request_id.begin("")


@task_success.connect
def note_success(sender: Any, **_kwargs: Any) -> None:
    """Store the time of the last good run of a scheduled job."""
    from greendistrict.core import schedule  # noqa: PLC0415 -- models are loaded by now

    schedule.note_success(sender.name)


@task_failure.connect
def note_failure(sender: Any, exception: BaseException, **_kwargs: Any) -> None:
    """Store the last failure of a scheduled job with its reason."""
    from greendistrict.core import schedule  # noqa: PLC0415 -- as above

    schedule.note_failure(sender.name, exception)


@before_task_publish.connect
def date_the_job(headers: dict[str, Any], **_kwargs: Any) -> None:
    """Write on a job when it was put into its queue, so that the keeper sees how long the oldest has waited."""
    headers["queued_at"] = clock.now().isoformat()


@heartbeat_sent.connect
def note_heartbeat(sender: Any, **_kwargs: Any) -> None:
    """Store that this worker lives."""
    from greendistrict.core import heartbeats  # noqa: PLC0415 -- as above

    heartbeats.beat(sender.eventer.hostname, ",".join(sorted(app.amqp.queues.consume_from)))


@worker_shutdown.connect
def note_shutdown(sender: Any, **_kwargs: Any) -> None:
    """Forget a worker that was stopped in good order."""
    from greendistrict.core import heartbeats  # noqa: PLC0415 -- as above

    heartbeats.stopped(sender.hostname)


@worker_init.connect
def refuse_unfit_worker(**_kwargs: Any) -> None:
    """Exit before a job is taken, also where the libraries of the PDFs are missing."""
    from greendistrict.core.checks import PAPERS  # noqa: PLC0415 -- as above

    _refuse(PAPERS)


@beat_init.connect
def refuse_misconfiguration(**_kwargs: Any) -> None:
    """Exit before a job is sent; otherwise store which jobs there are from now on."""
    from greendistrict.core import schedule  # noqa: PLC0415 -- as above

    _refuse()
    schedule.note_timetable()


def _refuse(*more: str) -> None:
    """Exit with what is wrong; Celery would log the exception of a handler and go on."""
    from greendistrict.core.startup import misconfigured  # noqa: PLC0415 -- as above

    if found := misconfigured(*more):
        raise SystemExit("；".join(found))
