"""Test data: one district that owes its self-check of 2026 and has filed its operation reports."""

import datetime as dt

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from districts.file.models.parties import DesignatedBody
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.policy.models import Setting
from obligations.selectors import due
from tests.factories.accounts import Cast, cast
from tests.factories.districts import make_district
from tests.factories.received import at

# No arrangement of 2027 is stored in a test database: weekdays count.
DUE = dt.date(2027, 3, 31)
SEES = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner", "authority", "bureau"} | {
    "preparer",
    "reviewer",
    "consultant",
}


def world() -> Cast:
    """The cast, a pilot of its applicant titled in 2026, and a portal in use since January 2026."""
    people = cast()
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    settled(people.authority_body)
    titled(people, "演示甲城（虚构）", code="jia")
    return people


def settled(authority):
    """The leading body has met what it owes beside its districts: it has designated a body and filed its yearly plans."""
    DesignatedBody.objects.create(
        authority=authority, name="演示区建设管理委（虚构）", since=dt.date(2026, 1, 10), entered_at=at(2026, 1, 10)
    )
    for year in range(2026, 2031):
        filed = {"status": "filed", "filed_on": dt.date(year - 1, 9, 20)}
        ImplementationPlan.objects.create(authority=authority, year=year, is_demo=True, **filed)


def titled(people, name, **kw):
    """A pilot titled in 2026 whose operation report and carbon verification of that year were received in time."""
    district = make_district(people, name=name, stage=Stage.PILOT, titled_on=dt.date(2026, 6, 1), **kw)
    filed = {"status": "received", "opened_at": at(2027, 1, 1), "filed_at": at(2027, 1, 20)}
    for kind in YearlyReportKind.values:
        YearlyReport.objects.create(district=district, kind=kind, year=2026, **filed)
    return district


def checks_due(day):
    """What is owed of self-checks alone."""
    return [row for row in due(day) if row.rule == "SELF-CHECK"]
