"""Operation reports and carbon verifications of the fiction: received, filed and waiting, not handed in."""

import datetime as dt
from collections.abc import Mapping

from assessments.enums import ReportKind
from assessments.intake import FORMS
from assessments.models import YearlyReport
from assessments.services import intakes
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.documents.services import store
from greendistrict.portal.demo.files import upload
from greendistrict.portal.demo.timing import after, moment

FIGURES: dict[str, Mapping[str, str]] = {
    ReportKind.OPERATION: {"in_use": "46.50", "green": "46.50", "staff": "12", "energy": "78.5"},
    ReportKind.CARBON: {"total": "31000", "area": "46.50", "renewable": "9.5"},
}


def yearly_reports(district: str, seats: tuple[str, str], people: Mapping[str, User], year: int) -> None:
    """Reports on ``year`` of every pilot are opened; both of ``district`` are filed by preparer and reviewer, the first is received."""
    preparer, reviewer = (people[seat] for seat in seats)
    with clock.at(moment(dt.date(year + 1, 1, 8))):
        intakes.open_due(clock.today())
    start = moment(dt.date(year + 1, 3, 18))
    for kind in (ReportKind.OPERATION, ReportKind.CARBON):
        report = YearlyReport.objects.select_related("district").get(district__name=district, kind=kind, year=year)
        with clock.at(start):
            _file(report, preparer, reviewer)
    with clock.at(after(start, 6)):
        received = YearlyReport.objects.get(district__name=district, kind=ReportKind.OPERATION, year=year)
        intakes.take(report=received, action="receive", by=people["city_officer"])


def _file(report: YearlyReport, preparer: User, reviewer: User) -> None:
    for part in FORMS[report.kind].parts_for(report.district.stage):
        store(owner=report, upload=upload(part.title), kind=part.title, title=part.title, by=preparer)
    verifier = "演示核查机构（虚构）" if report.kind == ReportKind.CARBON else ""
    words = "数据取自能耗监测平台和业主报送（演示）"
    intakes.save(report=report, figures=FIGURES[report.kind], note=words, verifier=verifier, version=report.version, by=preparer)
    intakes.take(report=report, action="hand_up", by=preparer)
    intakes.take(report=report, action="sign", by=reviewer)
