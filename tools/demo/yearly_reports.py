"""Yearly reports of the demo: received, filed, and not handed in."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Sum

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports import services
from assessments.yearly_reports.kinds import REPORT_SPECS
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import take
from obligations.services import decide
from tools.demo.district import DemoDistrict
from tools.demo.files import upload
from tools.demo.indicators import carbon_of
from tools.demo.timing import after, moment

TONNES = 10  # 1 kg on each m² of 万m² is 10 t


def figures_of(plot: DemoDistrict, report: YearlyReport) -> Mapping[str, str]:
    """Figures that follow from the floor area in use and the carbon intensity found in the year."""
    built = report.district.plots.filter(built_on__year__lte=report.year + 1).aggregate(total=Sum("floor_area"))["total"] or Decimal(0)
    area = half_up(built / 10_000)
    if report.kind == YearlyReportKind.OPERATION:
        return {"in_use": str(area), "green": str(area), "staff": "12", "energy": "78.5"}
    return {"total": str(half_up(area * carbon_of(plot, 1) * TONNES, 0)), "area": str(area), "renewable": "9.5"}


def yearly_reports(plot: DemoDistrict, people: Mapping[str, User], year: int) -> None:
    """Reports on ``year`` of every pilot are opened; both of the district are filed by preparer and signer, the first is received."""
    preparer, reviewer = (people[seat] for seat in plot.seats[:2])
    with clock.at(moment(dt.date(year + 1, 1, 8))):
        services.open_due(clock.today())
    start = moment(dt.date(year + 1, 3, 18))
    for kind in (YearlyReportKind.OPERATION, YearlyReportKind.CARBON):
        report = YearlyReport.objects.select_related("district").get(district__name=plot.name, kind=kind, year=year)
        with clock.at(start):
            _file(plot, report, preparer, reviewer)
    with clock.at(after(start, 6)):
        received = YearlyReport.objects.get(district__name=plot.name, kind=YearlyReportKind.OPERATION, year=year)
        take(obj=received, action="receive", by=people["city_officer"], version=received.version)


def waive_first_reports(plot: DemoDistrict, people: Mapping[str, User], year: int) -> None:
    """Reports on the year of the grant, in which nothing was in use yet: waived before they are due."""
    district = District.objects.get(name=plot.name)
    with clock.at(moment(dt.date(year + 1, 2, 20))):
        for kind in ("operation_report", "carbon_verification"):
            reason = f"{year}年授予试点，当年没有投入使用的建筑（演示）"
            decide(obligation=f"{kind}:{district.pk}:{year}", by=people["city_director"], reason=reason)


def _file(plot: DemoDistrict, report: YearlyReport, preparer: User, reviewer: User) -> None:
    for part in REPORT_SPECS[report.kind].parts_for(report.district.stage):
        store(owner=report, upload=upload(part.title), kind=part.title, title=part.title, by=preparer)
    verifier = "演示核查机构（虚构）" if report.kind == YearlyReportKind.CARBON else ""
    words = "数据取自能耗监测平台和业主报送（演示）"
    services.save(report=report, figures=figures_of(plot, report), note=words, verifier=verifier, version=report.version, by=preparer)
    report.refresh_from_db()
    take(obj=report, action="hand_up", by=preparer, version=report.version)
    take(obj=report, action="sign", by=reviewer, version=report.version)
