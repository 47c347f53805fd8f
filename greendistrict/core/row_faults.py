"""Scheduled jobs do their rows one by one: a row that fails is written down for 运行状况, and the others go on."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.core.leases import DatabaseTime
from greendistrict.core.models import UndoneRow

Row = TypeVar("Row")
Done = TypeVar("Done")
logger = logging.getLogger(__name__)


def one_by_one(job: str, rows: Iterable[Row], act: Callable[[Row], Done], *, called: Callable[[Row], str] = str) -> list[Done]:
    """What ``act`` gives for each row, each in a transaction of its own; rows that fail are left out and written down.

    ``job`` is the name in ``CELERY_BEAT_SCHEDULE``, with ``:`` and a word where a job has several kinds of rows. A row that succeeds later
    is crossed out. Raises ``DatabaseError`` where nothing can be written down either.
    """
    done, failed = [], []
    for row in rows:
        try:
            with transaction.atomic():
                done.append(act(row))
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            name = fitted(UndoneRow, "row", called(row))
            if isinstance(error, Refused):
                logger.warning("%s: %s is refused, the others go on: %s", job, name, error)
            else:
                logger.exception("%s: %s failed, the others go on", job, name)
            failed.append(name)
            _write_down(job, name, error)
    UndoneRow.objects.filter(job=job).exclude(row__in=failed).delete()
    return done


def note(job: str, row: str, error: Exception) -> None:
    """Write down what a job could not do, where it is not done row by row; ``forget`` before each run."""
    _write_down(job, fitted(UndoneRow, "row", row), error)


def forget(job: str) -> None:
    """Cross out everything of a job."""
    UndoneRow.objects.filter(job=job).delete()


def _write_down(job: str, row: str, error: Exception) -> None:
    told = "；".join(f"{one.text}。{one.remedy}" for one in error.refusals) if isinstance(error, Refused) else str(error)
    said = told or type(error).__name__
    values = {"error": fitted(UndoneRow, "error", said), "seen_at": DatabaseTime()}
    UndoneRow.objects.update_or_create(job=job, row=row, defaults=values)


def row_faults() -> list[UndoneRow]:
    """What the last runs could not do, by job."""
    return list(UndoneRow.objects.all())
