"""Last success of each scheduled job, and which jobs are overdue."""

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
from greendistrict.core.models import JobRun

logger = logging.getLogger(__name__)
SLACK = dt.timedelta(hours=1)
HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
HOURS, WEEKDAYS = 24, 7
# A job of every few seconds is not written down every time.
KEPT_FOR = dt.timedelta(minutes=1)
_written: dict[str, dt.datetime] = {}


@dataclass(frozen=True)
class Job:
    """A scheduled job: name, time between two runs, what is known of its runs, when the next one comes, whether one is late."""

    name: str
    period: dt.timedelta
    run: JobRun | None
    next_at: dt.datetime
    is_late: bool


@cache
def names_by_task() -> dict[str, str]:
    """Name of the job by the task that does it."""
    return {entry["task"]: name for name, entry in _timetable().items()}


def _timetable() -> Mapping[str, Mapping[str, Any]]:
    return cast("Mapping[str, Mapping[str, Any]]", settings.CELERY_BEAT_SCHEDULE)


def period_of(timing: float | crontab) -> dt.timedelta:
    """Time between two runs: seconds as they are, a minute of every hour, a time of day daily, one on certain weekdays weekly."""
    if isinstance(timing, crontab):
        if len(timing.hour) == HOURS:  # type: ignore[attr-defined]  # its types leave it out
            return HOUR
        return DAY if len(timing.day_of_week) == WEEKDAYS else WEEK  # type: ignore[attr-defined]  # its types leave it out
    return dt.timedelta(seconds=timing)


def next_run(timing: float | crontab, last: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """When a job comes next: at its time of day, or its interval after the last good run; now where that is over."""
    if isinstance(timing, crontab):
        local = now.astimezone(clock.SHANGHAI)
        start, delta, _ = timing.remaining_delta(local, tz=clock.SHANGHAI)
        following: dt.datetime = start + delta
        return following
    return max(now, last + dt.timedelta(seconds=timing)) if last else now


def jobs(now: dt.datetime) -> list[Job]:
    """Every scheduled job in the order of the settings.

    One that never succeeded is measured from when beat first had it in its timetable, so that a job that comes with a new version is not
    late before its first hour; without a beat, from the installation.
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
    """Names of the jobs that should have succeeded by now."""
    return [job.name for job in jobs(now) if job.is_late]


def note_timetable() -> None:
    """Write down which jobs are in the timetable, so that a new one is measured from now on."""
    try:
        JobRun.objects.bulk_create([JobRun(name=name, known_since=clock.now()) for name in _timetable()], ignore_conflicts=True)
    except DatabaseError as error:  # beat itself needs no database
        logger.warning("timetable not written down: %s", error)


def note_success(task: str) -> None:
    """Write down that a scheduled job succeeded; of other tasks nothing."""
    name, now = names_by_task().get(task, ""), clock.now()
    if not name or abs(now - _written.get(name, clock.NEVER)) < KEPT_FOR:
        return
    _note(name, succeeded_at=now)
    _written[name] = now


def note_failure(task: str, error: BaseException) -> None:
    """Write down that a scheduled job failed, and why; of other tasks nothing."""
    if name := names_by_task().get(task, ""):
        _written.pop(name, None)
        _note(name, failed_at=clock.now(), error=f"{type(error).__name__}: {error}"[:500])


def _note(name: str, **values: dt.datetime | str) -> None:
    try:
        JobRun.objects.update_or_create(name=name, defaults=values)
    except DatabaseError as error:  # the job's own outcome stands
        logger.warning("run of %s not written down: %s", name, error)
