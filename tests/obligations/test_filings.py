"""What titled districts file: yearly reports and the papers of a stage assessment, whom they are owed by, when, and who opens them."""

import datetime as dt

import pytest

from approvals.common.enums import TitleKind
from assessments.stage_assessments.models import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from obligations.duties import ObligationState
from obligations.reminder_seats import receivers, seats_today
from obligations.selectors import due, obligations_visible_to
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage
from tests.factories.titles import give_title

TODAY = dt.date(2027, 3, 1)
DAY, SUMMER = dt.date(2026, 6, 1), dt.date(2026, 7, 1)  # of the stage assessment


@pytest.fixture(autouse=True)
def nothing_handed_in(people):
    YearlyReport.objects.all().delete()


def reports(today=TODAY):
    return {row.rule: row for row in due(Viewer(None, as_of=today)) if row.rule.startswith("OPERATE-")}


def test_both_reports_are_owed_by_their_days_and_cite_their_rules(people):
    rows = reports()
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


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"titled_on": dt.date(2026, 12, 31)}, 2),  # the year of the title is the first
        ({"titled_on": dt.date(2027, 1, 1)}, 0),
        ({"titled_on": None}, 2),
        ({"stage": Stage.DEMONSTRATION}, 2),
        ({"stage": Stage.CANDIDATE}, 0),
        ({"stage": Stage.REVOKED}, 0),
        ({"applicant": None}, 0),
        ({"guideline_area": True}, 0),
    ],
)
def test_who_has_no_title_or_nobody_working_owes_nothing(people, change, count):
    District.objects.update(**change)
    assert len(reports()) == count


def test_a_demonstration_owes_what_fell_in_its_years_as_a_pilot(people):
    pilot = District.objects.get()
    District.objects.update(stage=Stage.CANDIDATE, titled_on=None)
    give_title(pilot, granted_on=dt.date(2026, 6, 1))
    give_title(pilot, TitleKind.DEMONSTRATION, granted_on=dt.date(2027, 2, 10))
    assert (pilot.stage, pilot.titled_on, pilot.held_since) == (Stage.DEMONSTRATION, dt.date(2027, 2, 10), dt.date(2026, 6, 1))
    found = {row.title: row.cite for row in due(Viewer(None, as_of=TODAY)) if row.district_id == pilot.pk}
    assert found.keys() == {"2026年度自查", "2027年度自查", "2026年度运营工作报告", "2026年度碳排放核查报告"}
    # A year that it ended as a pilot stays under the clause of pilots.
    assert (found["2026年度自查"], found["2027年度自查"]) == ("八（二）", "八（四）")


def test_received_or_filed_meets_it_and_a_return_opens_it_again(people):
    report = YearlyReport.objects.create(district=District.objects.get(), kind="operation", year=2026, opened_at=clock.now())
    after = dt.date(2027, 4, 5)
    for status, filed, state in (
        ("draft", None, ObligationState.OVERDUE), ("filed", at(2027, 3, 31, 23), ObligationState.MET),
        ("filed", at(2027, 4, 1, 1), ObligationState.LATE), ("received", at(2027, 3, 1), ObligationState.MET),
        ("returned", at(2027, 3, 1), ObligationState.OVERDUE),
    ):  # fmt: skip
        YearlyReport.objects.filter(pk=report.pk).update(status=status, filed_at=filed)
        assert reports(after)["OPERATE-REPORT"].state(after) is state, (status, filed)


@pytest.fixture
def stage(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 6, 1))
    with clock.at(at(2026, 3, 6)):
        return make_stage(people, filled=False, district=district, due=DAY)


def papers(today=SUMMER):
    return {row.kind: row for row in due(Viewer(None, as_of=today)) if row.kind in {"stage_material", "rectification"}}


def test_papers_are_owed_until_the_term_after_the_cycle_day(stage):
    [row] = papers().values()
    assert (row.title, row.due > DAY, row.state(row.due)) == ("第1次阶段评估材料", True, ObligationState.DUE)
    assert row.state(row.due + dt.timedelta(days=1)) == ObligationState.OVERDUE
    StageAssessment.objects.update(filed_at=at(2026, 6, 10), status="filed")
    assert papers()["stage_material"].state(SUMMER) == ObligationState.MET
    Setting.objects.filter(key="obligations_from").update(value="2026-12-01")
    assert papers() == {}


def test_the_setting_in_force_is_named_and_not_the_default(stage, people):
    assert papers()["stage_material"].how[:2] == ("2026年6月1日周期到期", "阶段评估宽限40个工作日（默认值）")
    with clock.at(at(2026, 6, 15)):
        set_setting(by=people.city_director, key="stage.grace_days", value=30, reason="虚构")
        set_setting(by=people.city_director, key="rectify.days", value=50, reason="虚构")
    mending = {"status": "rectifying", "rectify_due": dt.date(2026, 9, 1), "concluded_at": at(2026, 6, 22), "extended": True}
    StageAssessment.objects.update(conclusion="unqualified", **mending)
    with clock.at(at(2026, 7, 1)):
        found = {kind: (row.how[:2], row.how.extended, row.is_default_date) for kind, row in papers().items()}
    assert found == {
        "stage_material": (("2026年6月1日周期到期", "阶段评估宽限30个工作日"), "", False),
        "rectification": (("2026年6月22日通知整改", "整改期限50个工作日"), "经批准延期一次", False),
    }


def test_what_is_to_be_mended_is_owed_by_its_term(stage):
    term, after = dt.date(2026, 9, 1), dt.date(2026, 9, 3)
    StageAssessment.objects.update(filed_at=at(2026, 6, 10), status="rectifying", rectify_due=term, conclusion="unqualified")
    assert (papers()["rectification"].title, papers()["rectification"].due) == ("第1次阶段评估整改", term)
    StageAssessment.objects.update(status="rechecking", rectified_at=at(2026, 9, 2))
    assert papers(after)["rectification"].state(after) == ObligationState.LATE


def test_the_link_is_there_for_those_who_may_open_it(people, stage):
    report = YearlyReport.objects.create(district=District.objects.get(code="jia"), kind="carbon", year=2026, opened_at=clock.now())
    for seat, opens in {"preparer": True, "authority": True, "city_officer": True, "bureau": False, "partner": False}.items():
        rows = {
            row.kind: row for row in obligations_visible_to(Viewer(people.everybody[seat]).at(TODAY)) if row.record in {report.pk, stage.pk}
        }
        linked = [rows[kind].link for kind in ("carbon_verification", "stage_material")]
        assert [bool(link) for link in linked] == [opens, opens], seat
        assert linked[0] in {f"/assessments/yearly-reports/{report.pk}/", ""}
