import datetime as dt

import pytest

from approvals.common.enums import TitleKind
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core import clock
from obligations.duties import ObligationState
from obligations.reminder_seats import receivers, seats_today
from obligations.selectors import due, obligations_visible_to
from tests.factories.received import at
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 1)


@pytest.fixture(autouse=True)
def nothing_handed_in(people):
    YearlyReport.objects.all().delete()


def owed(today=TODAY):
    return {row.rule: row for row in due(today) if row.rule.startswith("OPERATE-")}


def test_both_reports_are_owed_by_their_days_and_cite_their_rules(people):
    rows = owed()
    assert {rule: (row.title, row.due, row.cite) for rule, row in rows.items()} == {
        "OPERATE-REPORT": ("2026年度运营工作报告", dt.date(2027, 3, 31), "八（四）"),
        "OPERATE-CARBON": ("2026年度碳排放核查报告", dt.date(2027, 4, 30), "七（三）4"),
    }
    carbon, report = rows["OPERATE-CARBON"], rows["OPERATE-REPORT"]
    assert (report.organisation, report.debtor_ids) == (people.applicant_body.name, (people.applicant_body.pk,))
    # 七（三）4: owed by the leading bodies, carried out by those who run the district.
    assert (carbon.organisation, carbon.debtor_ids) == (people.authority_body.name, (people.authority_body.pk,))
    assert carbon.carried_by == people.applicant_body.name
    seats = seats_today()
    assert (people.authority.pk, True) in receivers(seats, carbon, ())
    assert people.authority.pk not in dict(receivers(seats, report, ()))
    assert all(people.authority_body.pk in row.authority_ids for row in rows.values())


@pytest.mark.parametrize(("titled_on", "count"), [(dt.date(2026, 12, 31), 2), (dt.date(2027, 1, 1), 0), (None, 2)])
def test_the_year_of_the_title_is_the_first(people, titled_on, count):
    District.objects.update(titled_on=titled_on)
    assert len(owed()) == count


def test_a_demonstration_owes_what_fell_in_its_years_as_a_pilot(people):
    pilot = District.objects.get()
    District.objects.update(stage=Stage.CANDIDATE, titled_on=None)
    give_title(pilot, granted_on=dt.date(2026, 6, 1))
    give_title(pilot, TitleKind.DEMONSTRATION, granted_on=dt.date(2027, 2, 10))
    assert (pilot.stage, pilot.titled_on, pilot.held_since) == (Stage.DEMONSTRATION, dt.date(2027, 2, 10), dt.date(2026, 6, 1))
    found = {row.title for row in due(TODAY) if row.district_id == pilot.pk}
    assert found == {"2026年度自查", "2027年度自查", "2026年度运营工作报告", "2026年度碳排放核查报告"}


@pytest.mark.parametrize("change", [{"stage": Stage.CANDIDATE}, {"stage": Stage.REVOKED}, {"applicant": None}, {"guideline_area": True}])
def test_who_has_no_title_or_nobody_working_owes_nothing(people, change):
    District.objects.update(**change)
    assert owed() == {}


def test_received_or_filed_meets_it_and_a_return_opens_it_again(people):
    district = District.objects.get()
    report = YearlyReport.objects.create(district=district, kind="operation", year=2026, opened_at=clock.now())
    after = dt.date(2027, 4, 5)
    for status, filed, state in (
        ("draft", None, ObligationState.OVERDUE),
        ("filed", at(2027, 3, 31, 23), ObligationState.MET),
        ("filed", at(2027, 4, 1, 1), ObligationState.LATE),
        ("received", at(2027, 3, 1), ObligationState.MET),
        ("returned", at(2027, 3, 1), ObligationState.OVERDUE),
    ):
        YearlyReport.objects.filter(pk=report.pk).update(status=status, filed_at=filed)
        assert owed(after)["OPERATE-REPORT"].state(after) is state, (status, filed)


def test_the_link_is_there_for_those_who_may_open_it(people):
    district = District.objects.get()
    report = YearlyReport.objects.create(district=district, kind="carbon", year=2026, opened_at=clock.now())
    for seat, opens in {"preparer": True, "authority": True, "city_officer": True, "bureau": False, "partner": False}.items():
        rows = obligations_visible_to(people.everybody[seat], TODAY)
        [row] = [row for row in rows if row.rule == "OPERATE-CARBON"]
        assert (row.link == f"/assessments/yearly-reports/{report.pk}/") is opens, seat
