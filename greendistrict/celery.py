"""Celery application. Tasks receive ids, run after commit, and contain no business rules."""

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

from greendistrict.core import broker, release, request_id, task_counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
broker.mend()

app = Celery("greendistrict")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def number_the_job(task_id: str, **_kwargs: Any) -> None:
    """Use the job's id as request id for its log lines and records."""
    request_id.begin(task_id)
    task_counts.begin(task_id)


@task_postrun.connect
def end_the_job(sender: Any, task_id: str, state: str | None = None, **_kwargs: Any) -> None:
    """Count the finished job and clear the request id."""
    task_counts.end(sender.name, state or "UNKNOWN", task_id)
    request_id.begin("")


@task_success.connect
def note_success(sender: Any, **_kwargs: Any) -> None:
    """Store the time of the last successful run of a scheduled job."""
    from greendistrict.core import schedule  # noqa: PLC0415 -- models are loaded by now

    schedule.note_success(sender.name)


@task_failure.connect
def note_failure(sender: Any, exception: BaseException, **_kwargs: Any) -> None:
    """Store the last failure of a scheduled job with its reason."""
    from greendistrict.core import schedule  # noqa: PLC0415 -- as above

    schedule.note_failure(sender.name, exception)


@before_task_publish.connect
def date_the_job(headers: dict[str, Any], **_kwargs: Any) -> None:
    """Store in the headers when a job is enqueued, so that the oldest is known, and by which release (``core/newer_tasks.py``)."""
    from greendistrict.core import database_clock  # noqa: PLC0415 -- models are loaded by now

    headers["queued_at"] = database_clock.now().isoformat()
    headers.setdefault("release", release.version())


@heartbeat_sent.connect
def note_heartbeat(sender: Any, **_kwargs: Any) -> None:
    """Store the sign of life of this worker."""
    from greendistrict.core import heartbeats  # noqa: PLC0415 -- as above

    heartbeats.beat(sender.eventer.hostname, ",".join(sorted(app.amqp.queues.consume_from)))


@worker_shutdown.connect
def note_shutdown(sender: Any, **_kwargs: Any) -> None:
    """Delete the sign of life of a worker that was stopped regularly."""
    from greendistrict.core import heartbeats  # noqa: PLC0415 -- as above

    heartbeats.stopped(sender.hostname)


@worker_init.connect
def refuse_unfit_worker(**_kwargs: Any) -> None:
    """Exit before any job is taken if the configuration is unusable or libraries for PDFs are missing."""
    from greendistrict.core.checks import PAPERS  # noqa: PLC0415 -- as above

    _refuse(PAPERS)


@beat_init.connect
def refuse_misconfiguration(**_kwargs: Any) -> None:
    """Exit before any job is sent if the configuration is unusable; otherwise store which jobs are scheduled."""
    from greendistrict.core import schedule  # noqa: PLC0415 -- as above

    _refuse()
    schedule.note_timetable()


def _refuse(*more: str) -> None:
    """Exit with the errors found; if a handler raised an exception, Celery would only log it."""
    from greendistrict.core import key_marks  # noqa: PLC0415 -- as above
    from greendistrict.core.checks import misconfigured  # noqa: PLC0415 -- as above

    if found := misconfigured(*more) or key_marks.differing():
        raise SystemExit("；".join(found))
