"""Shared export jobs: a report requested several times is made once and everybody is notified."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from greendistrict.accounts.models import User
from greendistrict.core import clock, papers
from reports.enums import OPEN_STATES
from reports.models.jobs import Asker, ExportJob

TRIES = 3


def asked_for(asked: str, *, by: User | None, make: Callable[[], ExportJob]) -> tuple[ExportJob, bool]:
    """The job that waits or is being made for ``asked``, else the one that ``make`` creates, and whether it is new.

    Must run in a transaction. The row is locked, so that nobody joins a job whose askers were notified already.
    """
    for last in (*[False] * (TRIES - 1), True):
        job = ExportJob.objects.select_for_update(of=("self",), no_key=True).filter(asked=asked, state__in=OPEN_STATES).first()
        if job is not None:
            _add(job, by)
            return job, False
        try:
            with transaction.atomic():
                job = make()
                papers.give(job)
        except IntegrityError:  # somebody else's came into being this moment
            if last:
                raise
            continue
        _add(job, by)
        return job, True
    raise AssertionError


def _add(job: ExportJob, by: User | None) -> None:
    if by is not None:
        Asker.objects.get_or_create(job=job, user=by, defaults={"at": clock.now()})
