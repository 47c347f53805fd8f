"""Scheduled work on reports: delete expired ZIPs, and request yearly reports on their day."""

import datetime as dt
import logging

from django.db import transaction

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import holders
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.services import remove
from reports.jobs.batches import request_batch
from reports.jobs.enums import JobState, Scope
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.models import Asker, ExportJob
from reports.jobs.requests import request_report

logger = logging.getLogger(__name__)


def expire() -> int:
    """Delete expired ZIPs; their contents stay as single reports. Idempotent. Returns the number."""
    return sum(one_by_one("expire-zips", list(ExportJob.objects.filter(state=JobState.DONE, expires_at__lte=clock.now())), _expire))


def _expire(found: ExportJob) -> bool:
    job = ExportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    if job.state != JobState.DONE:
        return False
    for file in job.files.select_related("document"):
        file.delete()
        remove(file.document)
    job.state = JobState.EXPIRED
    job.save(update_fields=["state"])
    return True


def ask_for_yearly() -> int:
    """Request the yearly reports due today, each occasion once. Returns the number requested."""
    kinds = report_kinds.by_key
    return sum(one_by_one("yearly-reports", kinds, lambda key: _asked(key, kinds[key], clock.today())))


def _asked(key: str, report: Report, today: dt.date) -> int:
    year = report.yearly.year_on(today) if report.yearly else None
    if year is None:
        return 0
    occasion = f"{key}:{year}"
    with transaction.atomic():
        if ExportJob.objects.filter(scheduled=occasion).exists():
            return 0
        try:
            if report.scope == Scope.DISTRICT:
                job = request_batch(kind=key, year=year, districts=list(report.districts(year)), by=None)
            else:
                job = request_report(kind=key, year=year, by=None)
        except Refused as refused:  # nothing to report on yet: it is asked for again tomorrow
            logger.info("yearly report %s not asked for: %s", occasion, refused)
            return 0
        job.scheduled = occasion
        job.save(update_fields=["scheduled"])
        for officer in holders(Role.CITY_OFFICER):
            Asker.objects.get_or_create(job=job, user=officer, defaults={"at": clock.now()})
    return 1
