"""Scheduled work on reports: delete expired ZIPs, and request yearly reports on their day."""

import datetime as dt
import logging

from django.db import transaction

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import holders
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.services import remove
from reports.jobs.batches import request_batch
from reports.jobs.enums import JobState, Scope
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.models import Asker, ExportJob
from reports.jobs.requests import request_report

logger = logging.getLogger(__name__)


def expire() -> int:
    """Delete expired ZIPs; their contents stay as single reports. Idempotent. Returns the number."""
    count = 0
    for key in list(ExportJob.objects.filter(state=JobState.DONE, expires_at__lte=clock.now()).values_list("pk", flat=True)):
        with transaction.atomic():
            job = ExportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
            if job.state != JobState.DONE:
                continue
            for file in job.files.select_related("document"):
                file.delete()
                remove(file.document)
            job.state = JobState.EXPIRED
            job.save(update_fields=["state"])
            count += 1
    return count


def ask_for_yearly() -> int:
    """Request the yearly reports due today, each occasion once. Returns the number requested."""
    return sum(_asked(key, report, clock.today()) for key, report in report_kinds.by_key.items())


def _asked(key: str, report: Report, today: dt.date) -> int:
    year = report.yearly.year_on(today) if report.yearly else None
    if year is None:
        return 0
    occasion = f"{key}:{year}"
    with transaction.atomic():
        if ExportJob.objects.filter(scheduled=occasion).exists():
            return 0
        try:
            job = _request(key, report, year)
        except Refused as refused:  # nothing to report on yet: it is asked for again tomorrow
            logger.info("yearly report %s not asked for: %s", occasion, refused)
            return 0
        job.scheduled = occasion
        job.save(update_fields=["scheduled"])
        for officer in holders(Role.CITY_OFFICER):
            Asker.objects.get_or_create(job=job, user=officer, defaults={"at": clock.now()})
    return 1


def _request(key: str, report: Report, year: int) -> ExportJob:
    if report.scope == Scope.DISTRICT:
        return request_batch(kind=key, year=year, districts=list(report.districts(year)), by=None)
    return request_report(kind=key, year=year, by=None)
