"""The annual reports of districts and of the city: available years and districts, and their files."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max, QuerySet

from assessments.self_checks.models import SelfCheck, SelfCheckState
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from reports.closings.figures import year_figures
from reports.composition.blocks import Composition
from reports.jobs.enums import ReportKind
from reports.jobs.kinds import Progress, Wanted
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report


def may_have_district_report(held: HeldPosts) -> bool:
    """Whether the user may get reports of districts: the city, leading bodies, and the applicants' preparers and reviewers."""
    return held.is_city or held.has("authority", "preparer", "reviewer")


def received_years(_today: dt.date) -> list[int]:
    """Years with a received self-check, newest first."""
    received = SelfCheck.objects.filter(status=SelfCheckState.RECEIVED)
    return list(received.order_by("-year").values_list("year", flat=True).distinct())


def received_districts(year: int) -> QuerySet[District]:
    """Districts whose self-check of a year was received."""
    return District.objects.filter(pk__in=_received(year).values("district"))


def received_stamp(wanted: Wanted) -> str:
    """Fingerprint of the data of a report: a later receipt, closing or correction changes it, so that the report is generated anew."""
    received = _received(wanted.year)
    if wanted.district is not None:
        received = received.filter(district=wanted.district)
    found = received.aggregate(count=Count("pk"), last=Max("received_at"))
    return f"{found['count']} {found['last']} {year_figures(wanted.year, clock.today()).edition_words}"


def _received(year: int) -> QuerySet[SelfCheck]:
    return SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED)


def report_received(*, obj: Any, by: User | None, **_: Any) -> None:
    """Request the report of a self-check when it is received; one for each filing."""
    key = f"report:self_check:{obj.pk}:{obj.filed_at:%Y%m%d%H%M%S}"
    request_report(kind=ReportKind.ANNUAL_DISTRICT, year=obj.year, by=by, district=obj.district, key=key)


def district_document(job: ExportJob, report_progress: Progress) -> Composition:
    """The report on one received self-check. Raises ``Refused`` if there is none."""
    from reports.annual import documents, figures  # noqa: PLC0415 -- heavy; web workers never make reports

    checks = SelfCheck.objects.select_related("district", "table__edition", "handed_up_by")
    check = checks.filter(year=job.year, district=job.district).first()
    if check is None:
        msg = f"{job.district}没有{job.year}年度自查"
        raise Refused(msg)
    composition = documents.district_composition(figures.report_figures(check, clock.today()))
    report_progress(1)
    return composition
