"""Last success of each scheduled job, and overdue jobs."""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from celery.schedules import crontab
from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min

from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.models import JobRun

logger = logging.getLogger(__name__)
SLACK = dt.timedelta(hours=1)
HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
HOURS, WEEKDAYS = 24, 7
# Jobs that run every few seconds are not stored each time.
KEPT_FOR = dt.timedelta(minutes=1)
_written: dict[str, dt.datetime] = {}


@dataclass(frozen=True)
class Job:
    """A scheduled job: name, interval, known runs, next run, and whether it is late."""

    name: str
    period: dt.timedelta
    run: JobRun | None
    next_at: dt.datetime
    is_late: bool


@cache
def names_by_task() -> dict[str, str]:
    """Name of each scheduled job by its task."""
    return {entry["task"]: name for name, entry in _timetable().items()}


def _timetable() -> Mapping[str, Mapping[str, Any]]:
    return cast("Mapping[str, Mapping[str, Any]]", settings.CELERY_BEAT_SCHEDULE)


def period_of(timing: float | crontab) -> dt.timedelta:
    """Interval between runs: seconds as given; hourly, daily or weekly for a crontab with minute, time of day or weekday."""
    if isinstance(timing, crontab):
        if len(timing.hour) == HOURS:  # type: ignore[attr-defined]  # its types leave it out
            return HOUR
        return DAY if len(timing.day_of_week) == WEEKDAYS else WEEK  # type: ignore[attr-defined]  # its types leave it out
    return dt.timedelta(seconds=timing)


def next_run(timing: float | crontab, last: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Next run: at the scheduled time of day, or one interval after the last success; now if that has passed."""
    if isinstance(timing, crontab):
        local = now.astimezone(clock.SHANGHAI)
        start, delta, _ = timing.remaining_delta(local, tz=clock.SHANGHAI)
        following: dt.datetime = start + delta
        return following
    return max(now, last + dt.timedelta(seconds=timing)) if last else now


def jobs(now: dt.datetime) -> list[Job]:
    """All scheduled jobs in the order of the settings.

    A job that never succeeded is measured from when beat first had it in its timetable, so that a job of a new version is not late at once;
    without beat, from the installation.
    """
    runs = {run.name: run for run in JobRun.objects.all()}
    installed = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]

    def listed() -> Iterator[Job]:
        for name, entry in _timetable().items():
            period, run = period_of(entry["schedule"]), runs.get(name)
            since = (run and (run.succeeded_at or run.known_since)) or installed
            late = since is not None and now - since > period + SLACK
            yield Job(name, period, run, next_run(entry["schedule"], run.succeeded_at if run else None, now), is_late=late)

    return list(listed())


def late(now: dt.datetime) -> list[str]:
    """Names of jobs that should have succeeded by now."""
    return [job.name for job in jobs(now) if job.is_late]


def note_timetable() -> None:
    """Store which jobs are in the timetable, so that a new one is measured from now on."""
    try:
        JobRun.objects.bulk_create([JobRun(name=name, known_since=clock.now()) for name in _timetable()], ignore_conflicts=True)
    except DatabaseError as error:  # beat itself works without the database
        logger.warning("timetable not written down: %s", error)


def note_success(task: str) -> None:
    """Store the success of a scheduled job; other tasks are ignored."""
    name, now = names_by_task().get(task, ""), clock.now()
    if not name or abs(now - _written.get(name, clock.NEVER)) < KEPT_FOR:
        return
    _note(name, succeeded_at=now)
    _written[name] = now


def note_failure(task: str, error: BaseException) -> None:
    """Store the failure of a scheduled job and its reason; other tasks are ignored."""
    if name := names_by_task().get(task, ""):
        _written.pop(name, None)
        _note(name, failed_at=clock.now(), error=fitted(JobRun, "error", f"{type(error).__name__}: {error}"))


def _note(name: str, **values: dt.datetime | str) -> None:
    try:
        JobRun.objects.update_or_create(name=name, defaults=values)
    except DatabaseError as error:  # the result of the job itself is not affected
        logger.warning("run of %s not written down: %s", name, error)
