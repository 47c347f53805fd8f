"""Test data: one district that owes its self-check of 2026 and has filed its operation reports; terms on days of early 2026."""

import datetime as dt

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from districts.file.models.parties import DesignatedBody
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.workdays import SpecialDay, replace_year
from greendistrict.policy.models import Setting
from obligations.selectors import due, obligations_visible_to
from obligations.way import Day
from tests.factories.accounts import Cast, cast
from tests.factories.districts import make_district
from tests.factories.received import at

# No arrangement of 2027 is stored in a test database: weekdays count, except the statutory holidays.
DUE = dt.date(2027, 3, 31)
CITY = {"city_officer", "city_checker", "city_director", "city_legal"}
SEES = CITY | {"secretariat", "partner", "authority", "bureau", "preparer", "reviewer", "consultant"}
# Official holidays of early 2026, for terms calculated by hand: 除夕 to 正月初七 off, two Saturdays worked.
RESTS = ((1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (2, 23))
WORKED = ((1, 4), (2, 14), (2, 28))


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
    return [row for row in due(Viewer(None, as_of=day)) if row.rule == "SELF-CHECK"]


def spring_festival() -> None:
    """Store the working days of 2026 around the spring festival."""
    rests = [SpecialDay(day(*one), working=False, name="春节") for one in RESTS]
    worked = [SpecialDay(day(*one), working=True, name="调休") for one in WORKED]
    replace_year(year=2026, days=[*rests, *worked], source="演示安排（虚构）")


def day(month: int, date: int) -> dt.date:
    """A day of 2026."""
    return dt.date(2026, month, date)


def owed(family, on, kind):
    """What the terms of a family tell of a kind on a day."""
    return [row for row in family.collect(Day(on, on)) if row.kind == kind]


def lines(family, on, kind):
    """The days of them, due and met."""
    return [(row.due, row.met_on) for row in owed(family, on, kind)]


def seers(people, key, on):
    """Seats that read of an obligation on a day."""
    with clock.at(at(on.year, on.month, on.day)):
        return {seat for seat, user in people.everybody.items() if key in {row.key for row in obligations_visible_to(Viewer(user).at(on))}}
