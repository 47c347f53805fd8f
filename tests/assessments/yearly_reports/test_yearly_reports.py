import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from assessments.common.owed_papers import owes
from assessments.experts.models import ExpertEmployment, ExpertProfile
from assessments.reviews.models import Review
from assessments.reviews.selectors.pool import candidates
from assessments.tasks import open_yearly_reports
from assessments.yearly_reports import services
from assessments.yearly_reports.kinds import REPORT_SPECS, contradictions, intensity
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.yearly_reports import (
    blocking,
    contents_visible_to,
    late_condition,
    reports_visible_to,
    self_check_of,
    tasks_for,
)
from districts.common.enums import TITLED, Stage
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.documents.services import store
from greendistrict.policy.models import Setting
from greendistrict.workflow import procedure
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import procedure_of
from portal.recent_steps.selectors import lately
from tests.assessments.browsing import lacking, text_of, url
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.factories.reviews import make_table
from tests.factories.waivers import waived_or_extended
from tests.files import pdf
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = pytest.mark.django_db
NOW = at(2026, 2, 2)
OPERATION = {"in_use": "12.50", "green": "10", "staff": "8"}
CARBON = {"total": "52000", "area": "130"}
SIDE = {"preparer", "reviewer", "consultant"}
CITY = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat"}


cast = once(make_cast)
people = copy_of("cast")


def make_report(people, kind="operation", stage=Stage.PILOT, **kw):
    given = {"name": "演示运营城区（虚构）", "stage": stage, "titled_on": dt.date(2023, 5, 6)}
    district = kw.pop("district", None) or make_district(people, **given)
    return YearlyReport.objects.create(district=district, kind=kind, opened_at=clock.now(), **{"year": 2025, **kw})


@pytest.fixture
def report(people):
    return make_report(people)


def upload(name="报告.pdf"):
    return SimpleUploadedFile(name, pdf(), "application/pdf")


def save(report, people, figures=OPERATION, note="平稳运行（虚构）", verifier=""):
    given = {"figures": figures, "note": note, "verifier": verifier}
    return services.save(report=report, version=report.version, by=people.preparer, **given)


def fill(report, people, **kw):
    for part in REPORT_SPECS[report.kind].parts:
        store(owner=report, upload=upload(), kind=part.title, title=part.title, by=people.preparer)
    return save(report, people, **kw)


def take(report, action, by, **kw):
    report.refresh_from_db(fields=["version"])
    return procedure.take(obj=report, action=action, by=by, version=report.version, **kw)


def to_filed(report, people, **kw):
    fill(report, people, **kw)
    take(report, "hand_up", people.preparer)
    take(report, "sign", people.reviewer)
    return report


def in_use_from(day, people):
    Setting.objects.create(key="obligations_from", value=day, by=people.city_director, at=NOW, reason="首次启用")


def test_the_daily_job_opens_both_reports_of_the_year_that_is_over_once(people):
    in_use_from("2026-01-05", people)
    pilot = make_district(people, name="演示试点（虚构）", stage=Stage.PILOT, titled_on=dt.date(2025, 12, 31))
    make_district(people, name="演示新试点（虚构）", stage=Stage.PILOT, titled_on=dt.date(2026, 1, 1))
    make_district(people, name="演示培育（虚构）", stage=Stage.CANDIDATE, titled_on=None)
    make_district(name="演示历史（虚构）", stage=Stage.DEMONSTRATION, titled_on=dt.date(2020, 1, 1))
    assert (open_yearly_reports(), open_yearly_reports()) == (2, 0)
    reports = YearlyReport.objects.all()
    assert {(one.district_id, one.kind, one.year) for one in reports} == {(pilot.pk, "operation", 2025), (pilot.pk, "carbon", 2025)}
    assert [reaches(people, report, "begun") for report in reports] == [{f"{report}开始填报"} for report in reports]
    assert {task.title for task in tasks_for(Viewer(people.preparer))} == {"填报运营工作报告", "填报碳排放核查报告"}
    assert {task.due for task in tasks_for(Viewer(people.consultant))} == {dt.date(2026, 3, 31), dt.date(2026, 4, 30)}


def test_what_fell_due_before_the_portal_was_in_use_is_not_opened(people):
    in_use_from("2026-04-15", people)
    make_district(people, stage=Stage.PILOT, titled_on=dt.date(2024, 1, 1))
    assert [report.kind for report in services.open_due(clock.today())] == ["carbon"]


def test_earlier_years_of_a_title_entered_late_are_opened_unless_waived(people, preparer):
    """Every report that the list calls 未开始 can be filled in the next day; what was waived is not asked for."""
    in_use_from("2025-01-05", people)
    pilot = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 9, 1))
    waived_or_extended(f"carbon_verification:{pilot.pk}:2024", people, "当年没有投入使用的建筑")
    owed = preparer.get(url("yearly_report_list")).context["page"].object_list
    assert {(line.year, line.kind) for line in owed if not line.waived} == {
        (2024, "operation_report"), (2025, "operation_report"), (2025, "carbon_verification"),
    }  # fmt: skip
    assert len(services.open_due(clock.today())) == 3
    assert set(YearlyReport.objects.values_list("year", "kind")) == {(2024, "operation"), (2025, "operation"), (2025, "carbon")}
    assert services.open_due(clock.today()) == []


def test_handed_up_signed_by_another_numbered_and_received(report, people):
    refuses(r"缺少“运营工作报告”.*“已投入使用的建筑面积”未填", take, report, "hand_up", people.preparer)
    fill(report, people)
    take(report, "hand_up", people.preparer)
    assert lately(Viewer(people.city_officer), 5) == [], "steps inside the house stay there"
    take(report, "sign", people.reviewer)
    assert [entry.label for entry in lately(Viewer(people.city_officer), 5)] == ["签发并报送"]
    assert (report.status, report.number) == ("filed", "YY-2026-0001")
    with pytest.raises(NotAllowed):  # no file is added while it is with the city
        store(owner=report, upload=upload(), kind="其他材料", title="x", by=people.preparer)
    assert [task.title for task in tasks_for(Viewer(people.city_officer))] == ["接收运营工作报告"]
    take(report, "receive", people.city_officer)
    assert (report.status, report.received_at) == ("received", NOW)
    assert tasks_for(Viewer(people.city_officer)) == tasks_for(Viewer(people.preparer)) == []


def test_who_handed_up_never_signs(report, people):
    people.reviewer.posts.create(organisation=people.applicant_body, role="preparer", valid_from=dt.date(2020, 1, 1))
    fill(report, people)
    take(report, "hand_up", people.reviewer)
    refuses(NotAllowed, take, report, "sign", people.reviewer)


def test_a_return_keeps_number_and_what_was_filed(report, people, officer):
    to_filed(report, people)
    take(report, "return", people.city_officer, reason="能耗口径请说明")
    assert [task.title for task in tasks_for(Viewer(people.preparer))] == ["按退回意见补充运营工作报告"]
    save(report, people, {**OPERATION, "staff": "9"})
    assert lacking(officer.get(url("yearly_report", report)), "8 人", "9 人", "能耗口径请说明") == (200, ["9 人"])
    take(report, "hand_up", people.preparer)
    take(report, "sign", people.reviewer)
    assert report.number == "YY-2026-0001"
    text = text_of(officer.get(url("yearly_report", report)))
    assert text.index("9 人") < text.index("8 人")


@pytest.mark.parametrize(("moment", "late"), [(at(2026, 3, 31, 23), False), (at(2026, 4, 1), True)])
def test_late_is_allowed_and_marked(report, people, officer, moment, late):
    with clock.at(moment):
        to_filed(report, people)
    dues = {("operation", 2025): dt.date(2026, 3, 31)}
    assert YearlyReport.objects.filter(late_condition(dues, dt.date(2026, 5, 1))).exists() is late
    assert ("逾期" in text_of(officer.get(url("yearly_report", report)))) is late
    for chosen in ("late", "ontime"):
        assert ("YY-2026-0001" in text_of(officer.get(url("yearly_report_list", late=chosen)))) is ((chosen == "late") is late)


@pytest.mark.parametrize("stage", TITLED)
def test_the_self_check_of_the_year_counts_as_the_self_evaluation_and_is_not_asked_for_again(people, preparer, stage):
    report = make_report(people, stage=stage)
    check = make_self_check(people, district=report.district, year=report.year)
    assert [line["text"] for line in blocking(report, clock.today()) if line["field"] == "upload"] == ["缺少“运营工作报告”"]
    assert self_check_of(report) == check
    said = text_of(preparer.get(url("yearly_report", report)))
    assert url("selfcheck", check) in said
    assert "绿色生态建设自评估报告由年度自查满足，本平台理解" in said


def test_a_carbon_verification_names_its_verifier_and_both_papers(people):
    report = make_report(people, "carbon")
    refuses(r"缺少“碳排放核查报告”；缺少“核查意见”.*“核查机构”未填", take, report, "hand_up", people.preparer)
    cited = {line["text"]: line["cite"] for line in blocking(report, clock.today())}
    # The clause asks for the report alone; the verifier's opinion is a paper of the portal.
    assert (cited["缺少“碳排放核查报告”"], cited["缺少“核查意见”"]) == ("七（三）4", "")
    to_filed(report, people, figures=CARBON, verifier="演示碳核查机构（虚构）")
    assert report.number == "TH-2026-0001"
    assert report.verifier_body == people.verifier_body


def test_people_of_the_verifier_do_not_judge_the_district(people):
    report, verifier = make_report(people, "carbon"), Organisation.objects.filter(pk=people.verifier_body.pk)
    verifier.update(aliases=["演示碳核查（虚构）"])
    fill(report, people, figures=CARBON, verifier="演示碳核查（虚构）")
    since = dt.date(2020, 1, 1)
    employed, other = (
        ExpertProfile.objects.create(user=user, specialties=[], valid_from=since, is_demo=True) for user in people.experts[:2]
    )
    ExpertEmployment.objects.create(expert=employed, organisation=people.verifier_body, valid_from=since)
    report.district.is_demo = True
    report.district.save(update_fields=["is_demo"])
    review = Review.objects.create(table=make_table(people, district=report.district), subject={"parties": []}, opened_at=clock.now())

    def reasons():
        return {one.id: list(one.reasons) for one in candidates(review, clock.today())}

    assert reasons() == {employed.pk: [], other.pk: []}  # a draft binds nobody
    take(report, "hand_up", people.preparer)
    take(report, "sign", people.reviewer)
    assert reasons() == {employed.pk: ["现任职于核查机构演示碳核查（虚构）"], other.pk: []}
    YearlyReport.objects.update(verifier="只有名称的机构（虚构）", verifier_body=None)
    assert reasons() == {employed.pk: [], other.pk: []}
    verifier.update(name="只有名称的机构（虚构）")
    assert reasons()[employed.pk] == ["现任职于核查机构只有名称的机构（虚构）"]


@given(total=st.integers(0, 10**7), area=st.integers(1, 10**4))
def test_intensity_is_kilograms_by_square_metres(total, area):
    found = intensity({"total": Decimal(total), "area": Decimal(area)})
    assert abs(found - Decimal(total * 1000) / Decimal(area * 10_000)) <= Decimal("0.05")


def test_figures_that_exclude_each_other_are_named():
    five, six, none = Decimal(5), Decimal(6), Decimal(0)
    cases = (("operation", {"in_use": five, "green": six}), ("operation", {"in_use": five, "green": five}), ("carbon", {"area": none}))
    assert [[name for name, *_ in contradictions(*case)] for case in cases] == [["green"], [], ["area"]]
    assert intensity({"total": Decimal(1)}) is None


def test_who_owes_is_the_policys_titled_districts():
    end, after = dt.date(2025, 12, 31), dt.date(2026, 1, 1)
    cases = {
        ("pilot", end): True,
        ("demonstration", None): True,
        ("pilot", after): False,
        ("candidate", end): False,
        ("revoked", end): False,
    }
    assert {case: owes(*case, 2025) for case in cases} == cases


def test_nobody_outside_reads_what_is_not_handed_in(report, people):
    def sees(selector):
        return {seat for seat, user in people.everybody.items() if selector(Viewer(user)).filter(pk=report.pk).exists()}

    assert sees(reports_visible_to) == SIDE | CITY | {"authority"}
    assert sees(contents_visible_to) == SIDE
    to_filed(report, people)
    assert sees(contents_visible_to) == SIDE | CITY | {"authority"}
    file = Evidence.objects.get()
    assert evidence_by_key(Viewer(people.city_officer), file.key) == file
    assert evidence_by_key(Viewer(people.partner), file.key) is None
    take(report, "return", people.city_officer, reason="补")
    assert evidence_by_key(Viewer(people.city_officer), file.key) is None
    YearlyReport.objects.update(status="received")
    assert sees(reports_visible_to) == SIDE | CITY | {"authority", "partner"}


def test_the_list_is_narrowed_and_its_workbook_holds_the_figures_that_were_filed(officer, people):
    filed = to_filed(make_report(people), people)
    make_report(people, "carbon", district=filed.district, figures=CARBON)
    assert text_of(officer.get(url("yearly_report_list", kind="carbon"))).count("报送后编号") == 1
    assert "没有符合条件的报告" in text_of(officer.get(url("yearly_report_list", q="没有这个")))
    sheet = load_workbook(BytesIO(officer.get(url("yearly_report_export")).content)).active
    rows, heads = {row[2]: row for row in sheet.iter_rows(min_row=4, values_only=True)}, [cell.value for cell in sheet[3]]
    assert rows["运营工作报告"][heads.index("已投入使用的建筑面积 万m²")] == 12.5
    assert rows["碳排放核查报告"][heads.index("年碳排放总量 tCO₂e")] in {None, ""}


def test_figures_and_files_are_saved_on_the_page(preparer, report):
    def saved(**typed):
        return preparer.post(url("yearly_report_save", report), {"version": "0", **typed})

    assert lacking(saved(in_use="很多", green="-1", note="留着的字"), "很多", "留着的字") == (422, [])
    assert saved(**OPERATION, note="甲文").status_code == 302
    assert lacking(saved(**OPERATION, note="乙文"), "甲文", "乙文") == (409, [])
    for file, statuses in ((SimpleUploadedFile("a.exe", b"MZ"), {409, 422}), (upload(), {302})):
        assert preparer.post(url("yearly_report_file", report), {"part": "运营工作报告", "upload": file}).status_code in statuses
    for version, status in (("1", 409), ("2", 302)):  # the first is of a page without the file
        assert preparer.post(url("yearly_report_action", report), {"action": "hand_up", "version": version}).status_code == status


def test_what_the_steps_say_they_make_is_made_and_what_is_filed_is_kept(report, people):
    made = {action: step.makes for action, step in procedure_of(report).steps.items() if step.makes}
    assert made == dict.fromkeys(("sign", "verified"), ("number", "paper_code"))
    to_filed(report, people)
    [kept] = TransitionRecord.objects.filter(action="sign").values_list("facts", flat=True)
    assert kept["filed"]["figures"]["专职运营管理人员"] == "8 人"
    assert [file["title"] for file in kept["filed"]["files"]] == ["运营工作报告"]
