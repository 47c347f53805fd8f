"""Request one kind of report for several districts: a job for each, and a ZIP of their files.

Also here: Scheduled work on reports: delete expired ZIPs, and request yearly reports on their day.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.row_faults import one_by_one
from greendistrict.workflow import outbox
from reports.jobs.enums import OUTBOX_KIND, JobState, Scope
from reports.jobs.kinds import Report, Wanted, report_kinds
from reports.jobs.lease import note
from reports.jobs.models import Asker, BatchPart, ExportJob
from reports.jobs.requests import NOT_YOURS, changes_today, chosen_formats, contents, new_job, request_report
from reports.jobs.selectors import may_request
from reports.jobs.services import drop_files, joined

NAMED = 3  # districts named in the title of a batch


@transaction.atomic
def request_batch(*, kind: str, year: int, districts: Sequence[District], by: User | None, formats: Sequence[str] = ()) -> ExportJob:
    """Request a kind of report for districts. An equal batch that is being generated or still valid is returned instead.

    Existing reports and those being generated become parts. Raises ``NotAllowed`` if the user may not request one of the districts,
    ``Refused`` for a kind that is not about districts, or for districts without a report of the year.
    """
    parts = _wanted(kind, year, districts, by, formats)
    changes = changes_today()
    stamped = [(one, contents(one, changes)) for one in parts]
    asked = f"{kind}:batch:{hashlib.sha256('|'.join(stamp for _, stamp in stamped).encode()).hexdigest()}"
    batch, is_new = joined(asked, by, partial(_new_batch, parts, asked, by))
    if is_new:
        # Ordered by district, so that two batches lock shared reports in the same order.
        for number, (wanted, fingerprint) in enumerate(stamped, start=1):
            part, is_first = joined(fingerprint, None, partial(new_job, wanted, asked=fingerprint, by=by))
            BatchPart.objects.create(batch=batch, report=part, number=number)
            if is_first:
                outbox.emit(OUTBOX_KIND, f"report:{part.pk}", {"job": part.pk})
        note(batch)
    audit.record(action="reports.request", by=by, obj=batch, data={"kind": kind, "year": year, "districts": len(parts)})
    return batch


def _wanted(kind: str, year: int, districts: Sequence[District], by: User | None, formats: Sequence[str]) -> list[Wanted]:
    report = report_kinds.by_key[kind]
    if report.scope != Scope.DISTRICT:
        msg = f"{report.word}不分城区"
        raise Refused(msg)
    keys = {place.pk for place in districts}
    Refused.unless(keys, "请选择城区")
    if by is not None:
        NotAllowed.unless(
            may_request(Viewer(by), kind) and files_visible_to(Viewer(by)).filter(pk__in=keys).count() == len(keys), NOT_YOURS
        )
    found = report.districts(year).filter(pk__in=keys).order_by("name_pinyin", "pk")
    if missing := keys - {place.pk for place in found}:
        names = "、".join(place.name for place in districts if place.pk in missing)
        msg = f"{names}{year}年度{report.missing}"
        raise Refused(msg)
    chosen = chosen_formats(report, formats)
    return [Wanted(kind, year, place, formats=chosen) for place in found]


def _new_batch(parts: Sequence[Wanted], asked: str, by: User | None) -> ExportJob:
    names = [str(part.district) for part in parts]
    shown = "、".join(names) if len(names) <= NAMED else f"{'、'.join(names[:NAMED])}等"
    return ExportJob.objects.create(
        kind=parts[0].kind,
        scope=Scope.BATCH,
        year=parts[0].year,
        subject_name=fitted(ExportJob, "subject_name", f"{shown}{len(parts)}个城区"),
        formats=list(parts[0].formats),
        asked=asked,
        requested_by=by,
        requested_at=clock.now(),
        total=len(parts),
        state=JobState.COLLECTING,
        is_demo=any(part.district is not None and part.district.is_demo for part in parts),
    )


logger = logging.getLogger(__name__)


def expire() -> int:
    """Delete expired ZIPs; their contents stay as single reports. Idempotent. Returns the number."""
    return sum(one_by_one("expire-zips", list(ExportJob.objects.filter(state=JobState.DONE, expires_at__lte=clock.now())), _expire))


def _expire(found: ExportJob) -> bool:
    job = ExportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    if job.state != JobState.DONE:
        return False
    drop_files(job)
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
