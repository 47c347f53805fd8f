"""Asking for the annual reports, of a district and of the city, and making their files."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from districts.file.models.district import District
from districts.file.rules import may_read_file
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from reports.jobs.enums import ReportKind
from reports.jobs.kinds import Made, Progress
from reports.jobs.models import ExportJob
from reports.jobs.selectors import may_request
from reports.jobs.services import share


def may_have_district_report(held: HeldPosts) -> bool:
    """A district's report is made by everybody who sees its self-check."""
    return held.is_city or held.has("authority", "preparer", "reviewer")


@transaction.atomic
def request_report(*, kind: str, year: int, by: User | None, district: District | None = None, key: str = "") -> ExportJob:
    """Ask for a report; the worker makes it after commit. One that waits or is being made from the same self-checks is handed back.

    Raises ``NotAllowed`` when it is not this person's to ask for, ``Refused`` when nothing of the year was received.

    ``key`` names the event of an automatic request, so that it is asked for once.
    """
    if by is not None and not (may_request(by, kind) and (district is None or may_read_file(by, district))):
        msg = "这份报告不由您申请"
        raise NotAllowed(msg)
    received = SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED)
    if district is not None:
        received = received.filter(district=district)
    if not received.exists():
        whose = f"{district}" if district else "全市"
        msg = f"{whose}{year}年度尚无已接收的自查，不能出报告"
        raise Refused(msg)
    demo = district.is_demo if district else received.filter(district__is_demo=True).exists()

    def make() -> ExportJob:
        return ExportJob.objects.create(
            kind=kind, year=year, district=district, asked=asked, requested_by=by, requested_at=clock.now(), total=2, is_demo=demo
        )  # fmt: skip

    asked = _contents(kind, year, district, received)
    return share(asked, by=by, make=make, key=key, details={"year": year})


def _contents(kind: str, year: int, district: District | None, received: QuerySet[SelfCheck]) -> str:
    """What a report of today is made of: a self-check received meanwhile makes another one of it."""
    found = received.aggregate(count=Count("pk"), last=Max("received_at"))
    last = found["last"].isoformat() if found["last"] else ""
    return f"{kind}:{year}:{district.pk if district else ''}:{clock.today()}:{found['count']}:{last}"


def report_received(*, obj: Any, by: User | None, **_: Any) -> None:
    """A received self-check has its report made, once."""
    key = f"report:self-check:{obj.pk}:{obj.filed_at:%Y%m%d%H%M%S}"
    request_report(kind=ReportKind.ANNUAL_DISTRICT, year=obj.year, by=by, district=obj.district, key=key)


def district_files(job: ExportJob, code: str, report_progress: Progress) -> Made:
    """PDF and workbook of one received self-check. Raises ``Refused`` where there is none."""
    from reports.annual import figures, pdf, xlsx  # noqa: PLC0415 -- heavy; web workers never make reports

    check = SelfCheck.objects.select_related("district", "table__edition").filter(year=job.year, district=job.district).first()
    if check is None:
        msg = f"{job.district}没有{job.year}年度自查"
        raise Refused(msg)
    found = figures.district_figures(check)
    made = {"xlsx": xlsx.district_workbook(found)}
    report_progress(1)
    made["pdf"] = pdf.district_pdf(found, code=code)
    report_progress(2)
    return made


def city_files(job: ExportJob, code: str, report_progress: Progress) -> Made:
    """PDF and workbook over all received self-checks of a year."""
    from reports.annual import figures, pdf, xlsx  # noqa: PLC0415 -- as above

    with xlsx.CityBook(figures.city_marks(job.year)) as book:
        found = figures.city_figures(job.year, book.add)
        made = {"xlsx": book.content(found.districts)}
    report_progress(1)
    made["pdf"] = pdf.city_pdf(found, code=code)
    report_progress(2)
    return made
