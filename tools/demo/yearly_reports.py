"""Yearly reports of the demo: received, filed, and not handed in."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Sum

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports import services
from assessments.yearly_reports.kinds import REPORT_SPECS
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS, PART
from assessments.yearly_reports.selectors.text import has_text
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import take
from greendistrict.workflow.second_person import check
from obligations.services import decide
from tools.demo.district import DemoDistrict
from tools.demo.files import upload
from tools.demo.indicators import carbon_of
from tools.demo.ledger import STAFF
from tools.demo.timing import after, moment

# Texts used if the portal has no figures.
OWN_WORDS = {
    "overview": "投入使用的建筑由专职团队统一运维，年度工作按计划完成（演示）。",
    "mechanisms": "联席会议按季度召开，议定事项逐项跟踪（演示）。",
    "people": "管理、技术和作业人员分层培训（演示）。",
    "digital": "各系统数据汇入综合性城区管理数据库（演示）。",
    "carbon": "公共建筑分项计量数据按月核对（演示）。",
    "effect": "年度指标总体按目标路径推进（演示）。",
    "plan": "两处公共建筑的屋顶光伏并网推迟；下一年推动并网，扩大分项计量的覆盖范围（演示）。",
}
TONNES = 10  # 1 kg on each m² of 万m² is 10 t


def figures_of(plot: DemoDistrict, report: YearlyReport) -> Mapping[str, str]:
    """Figures derived from the floor area in use and the carbon intensity measured in the year."""
    built = report.district.plots.filter(built_on__year__lte=report.year).aggregate(total=Sum("floor_area"))["total"] or Decimal(0)
    area = half_up(built / 10_000)
    if report.kind == YearlyReportKind.OPERATION:
        return {"in_use": str(area), "green": str(area), "staff": str(STAFF), "energy": "78.5"}
    return {"total": str(half_up(area * carbon_of(plot, 1) * TONNES, 0)), "area": str(area), "renewable": "9.5"}


def yearly_reports(plot: DemoDistrict, people: Mapping[str, User], year: int, *, kinds: Iterable[YearlyReportKind]) -> None:
    """Open the reports on ``year`` of every pilot; those of the district are signed and filed, the operation report is received.

    Needs the ledger of the year, because the operation report is drafted from it.
    """
    preparer, reviewer = (people[seat] for seat in plot.seats[:2])
    with clock.at(moment(dt.date(year + 1, 1, 8))):
        services.open_due(clock.today())
    start = moment(dt.date(year + 1, 3, 18))
    for kind in kinds:
        report = YearlyReport.objects.select_related("district").get(district__name=plot.name, kind=kind, year=year)
        with clock.at(start):
            _file(plot, report, preparer, reviewer)
    with clock.at(after(start, 6)):
        received = YearlyReport.objects.get(district__name=plot.name, kind=YearlyReportKind.OPERATION, year=year)
        take(obj=received, action="receive", by=people["city_officer"], version=received.version)


def waive_first_reports(plot: DemoDistrict, people: Mapping[str, User], year: int) -> None:
    """Waive the reports on the year of the title, in which nothing was in use yet, before they are due."""
    district = District.objects.get(name=plot.name)
    with clock.at(moment(dt.date(year + 1, 2, 20))):
        for kind in ("operation_report", "carbon_verification"):
            reason = f"{year}年授予试点，当年没有投入使用的建筑（演示）"
            waiver = decide(obligation=f"{kind}:{district.pk}:{year}", by=people["city_director"], reason=reason)
            check(row=waiver, by=people["city_officer"])


def _file(plot: DemoDistrict, report: YearlyReport, preparer: User, reviewer: User) -> None:
    if has_text(report):
        _write(report, preparer)
    for part in REPORT_SPECS[report.kind].parts:
        if has_text(report) and part.key == PART:
            continue  # replaced by the text
        store(owner=report, upload=upload(part.title), kind=part.title, title=part.title, by=preparer)
    verifier = "演示核查机构（虚构）" if report.kind == YearlyReportKind.CARBON else ""
    words = "数据取自能耗监测平台和业主报送（演示）"
    services.save(report=report, figures=figures_of(plot, report), note=words, verifier=verifier, version=report.version, by=preparer)
    report.refresh_from_db()
    take(obj=report, action="hand_up", by=preparer, version=report.version)
    take(obj=report, action="sign", by=reviewer, version=report.version)


def _write(report: YearlyReport, by: User) -> None:
    """The text: figures from the portal, and other text for the rest."""
    services.draft(report=report, version=report.text_version, by=by)
    for key in KEYS:
        report.refresh_from_db()
        if not report.text.get(key):
            services.save_text(report=report, key=key, text=OWN_WORDS[key], version=report.text_version, by=by)
    report.refresh_from_db()


def receive_carbon(plot: DemoDistrict, people: Mapping[str, User], year: int, *, at: dt.date) -> None:
    """The city receives the signed verification report on ``year`` on a day."""
    with clock.at(moment(at)):
        report = YearlyReport.objects.get(district__name=plot.name, kind=YearlyReportKind.CARBON, year=year)
        take(obj=report, action="receive", by=people["city_officer"], version=report.version)


def return_carbon(plot: DemoDistrict, people: Mapping[str, User], year: int, *, at: dt.date) -> None:
    """The city returns a report whose figures the verifier sent back for correction."""
    with clock.at(moment(at)):
        report = YearlyReport.objects.get(district__name=plot.name, kind=YearlyReportKind.CARBON, year=year)
        reason = "核查机构已退回更正，请按更正后的清单重新报送（演示）"
        take(obj=report, action="return", by=people["city_officer"], version=report.version, reason=reason)
