"""八（四）: who is recommended for national awards, and what stands against it on a day."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, LossGround
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.titles.models.publicity import Title
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from greendistrict.workflow.models import TransitionRecord
from reports.awards.selectors import award_lines
from reports.examination.figures import COLUMNS, examination
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import YEARLY_DUES, confirm, make_stage
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
BEFORE, AFTER = dt.date(2027, 3, 1), dt.date(2027, 5, 10)
UNFILED = "2026年度运营工作报告未报送", "2026年度自查未报送", "2026年度碳排放核查报告未报送"


@pytest.fixture
def people():
    people = cast()
    Setting.objects.create(key="obligations_from", value="2026-04-01", by=people.city_director, at=at(2026, 4, 1), reason="首次启用")
    confirm(people, *YEARLY_DUES)
    return people


@pytest.fixture
def district(people):
    """A pilot whose self-check of 2025 was received, and that of 2026 opened."""
    district = make_district(people)
    give_title(district)
    for year, status in ((2025, "received"), (2026, "draft")):
        received = at(2026, 4, 9) if status == "received" else None
        check = make_self_check(people, district=district, year=year, filled=False)
        SelfCheck.objects.filter(pk=check.pk).update(status=status, received_at=received)
    for kind in ("operation", "carbon"):
        days = {"opened_at": at(2026, 4, 8), "filed_at": at(2026, 4, 9)}
        YearlyReport.objects.create(district=district, kind=kind, year=2025, status="received", **days)
    return district


def line_of(today):
    (line,) = award_lines(Title.objects.all(), today)
    return line


def against(today):
    line = line_of(today)
    assert "2025年度自查已接收" in line.merits
    assert line.word == ("拟暂不推荐" if line.against else "拟推荐")
    return line.against


def test_a_self_check_stands_against_it_once_it_is_late_or_sent_back(district):
    days = {"opened_at": at(2027, 1, 8), "filed_at": at(2027, 2, 9)}
    YearlyReport.objects.create(district=district, kind="operation", year=2026, status="filed", **days)
    assert against(BEFORE) == ()
    assert against(dt.date(2027, 3, 31)) == ()  # the last day
    assert against(dt.date(2027, 4, 1)) == ("2026年度自查未报送",)
    SelfCheck.objects.filter(year=2026).update(status="returned")
    assert against(BEFORE) == ("2026年度自查退回补充",)  # at once


def test_what_is_late_by_a_default_is_told_and_stands_against_nobody(district):
    Setting.objects.exclude(key="obligations_from").delete()
    line = line_of(AFTER)
    assert (line.word, line.against, line.unconfirmed) == ("拟推荐", (), UNFILED)


@pytest.mark.parametrize("opened", [True, False])
def test_what_was_never_opened_stands_against_it_as_what_was_opened(district, opened):
    if opened:
        for kind in ("operation", "carbon"):
            YearlyReport.objects.create(district=district, kind=kind, year=2026, opened_at=at(2027, 1, 8))
    else:
        SelfCheck.objects.filter(year=2026).delete()
    assert against(BEFORE) == ()
    assert against(dt.date(2027, 4, 15)) == UNFILED[:2]
    assert against(AFTER) == UNFILED
    assert set(UNFILED) <= set(against(dt.date(2029, 1, 10))), "what is unmet stays owed when its year is long over"


def test_a_failure_on_paper_and_a_running_loss_stand_against_it(district, people):
    RecordedAssessment.objects.create(
        district=district, kind="stage", concluded_on=dt.date(2026, 9, 7), passed=False, source="评估结论", recorded_by=people.city_officer,
        recorded_at=at(2026, 9, 8), checked_at=at(2026, 9, 8),
    )  # fmt: skip
    assert against(BEFORE) == ("2026年9月阶段评估不合格",)
    by = {"created_by": people.city_officer, "created_at": at(2027, 2, 1)}
    case = Case.objects.create(
        kind=CaseKind.LOSS, district=district, applicant=district.applicant, status="hearing", number="CX-2027-0001", **by
    )
    LossFile.objects.create(case=case, ground=LossGround.REVOKE)
    assert against(BEFORE) == ("取消与撤销办理中（CX-2027-0001）", "2026年9月阶段评估不合格")
    Case.objects.update(status="dropped")
    passed = make_stage(people, district=district, filled=False, due=dt.date(2026, 12, 1))
    concluded = {"status": "qualified", "conclusion": "qualified", "concluded_at": at(2026, 12, 20), "filed_at": at(2026, 11, 1)}
    StageAssessment.objects.filter(pk=passed.pk).update(**concluded)
    assert against(BEFORE) == ()
    assert line_of(BEFORE).merits == ("2025年度自查已接收", "2026年12月阶段评估合格")


def test_a_real_district_of_which_nobody_works_in_the_portal_reads_no_record(people):
    give_title(make_district(name="前滩国际商务区", is_demo=False, sources=["x"]))
    line = line_of(AFTER)
    assert (line.word, line.merits, line.against, line.is_candidate) == ("无记录", (), (), False)


def test_a_title_with_nothing_received_is_no_candidate(people):
    give_title(make_district(people), granted_on=dt.date(2027, 2, 1))
    assert (line_of(BEFORE).word, line_of(BEFORE).against) == ("无记录", ())


def move(model, pk, source, target, moment, **stored):
    """A step as the engine logs it, with what it stores."""
    told = {"machine": "x", "label": "x", "action": "x", "source": source, "target": target}
    TransitionRecord.objects.create(subject=f"{model._meta.label_lower}:{pk}", at=moment, **told)
    model.objects.filter(pk=pk).update(status=target, **stored)


def happen_later(people, district):
    """What follows in the summer of 2027: what was open is done, what was in order is open, and the title is lost."""
    later, by = at(2027, 8, 2), {"created_by": people.city_officer, "created_at": at(2027, 8, 2)}
    check = SelfCheck.objects.get(year=2026)
    move(SelfCheck, check.pk, "draft", "filed", later, filed_at=later)
    move(SelfCheck, check.pk, "filed", "received", later, received_at=later)
    finding = InspectionFinding.objects.get()
    move(InspectionFinding, finding.pk, "open", "closed", later, closed_at=later)
    move(Inspection, finding.inspection_id, "issued", "closed", later, closed_at=later)
    second = Inspection.objects.create(**VISIT, district=district, inspected_on=dt.date(2027, 4, 2), number="2", issued_at=later)
    InspectionFinding.objects.create(inspection=second, **FOUND)
    stage = StageAssessment.objects.get()
    move(StageAssessment, stage.pk, "rectifying", "mended", later)
    opened = make_stage(people, district=district, filled=False, due=dt.date(2027, 7, 1))
    StageAssessment.objects.filter(pk=opened.pk).update(
        status="rectifying", opened_at=later, concluded_at=later, filed_at=later, conclusion="unqualified"
    )
    dropped = Case.objects.get()
    move(Case, dropped.pk, "hearing", "dropped", later)
    case = Case.objects.create(kind=CaseKind.LOSS, district=district, applicant=district.applicant, status="announced", **by)
    ended = {"end": "revoked", "ended_on": later.date(), "end_case": case, "end_reason": "撤销（虚构）"}
    Title.objects.filter(district=district).update(**ended)


VISIT = {"mode": "desk", "basis": "年度检查（虚构）", "team": "甲", "status": "issued", "opened_at": at(2027, 3, 2)}
FOUND = {"order": 1, "rule": "SUPERVISION", "text": "问题（虚构）", "demand": "整改", "due": dt.date(2027, 6, 1), "severity": "serious"}


def test_a_past_day_is_told_by_the_records_of_that_day(people, district):
    visit = Inspection.objects.create(**VISIT, district=district, inspected_on=dt.date(2027, 3, 1), issued_at=at(2027, 3, 2))
    InspectionFinding.objects.create(inspection=visit, **FOUND)
    stage = make_stage(people, district=district, filled=False, due=dt.date(2026, 12, 1))
    days = {"opened_at": at(2026, 10, 1), "filed_at": at(2026, 11, 1), "concluded_at": at(2026, 12, 20)}
    StageAssessment.objects.filter(pk=stage.pk).update(status="rectifying", conclusion="unqualified", **days)
    by = {"created_by": people.city_officer, "created_at": at(2027, 2, 1)}
    case = Case.objects.create(kind=CaseKind.LOSS, district=district, applicant=district.applicant, status="hearing", **by)
    LossFile.objects.create(case=case, ground=LossGround.REVOKE)

    def told():
        with clock.at(at(2028, 1, 10)):
            line, counts = line_of(AFTER), examination(2027, AFTER, demo=True)
            return line.merits, line.against, counts.total.cells, examination(2026, AFTER, demo=True).total.cells

    before = told()
    assert {"取消与撤销办理中", "2026年12月阶段评估不合格", "第1次阶段评估整改未完成", "监督检查问题1个未销号"} <= set(before[1])
    assert dict(zip(COLUMNS, before[2], strict=True))["check_received"] == 0
    happen_later(people, district)
    assert told() == before
    assert award_lines(Title.objects.all(), dt.date(2027, 8, 2)) == [], "the title has ended"


def test_real_titles_and_those_of_fiction_are_counted_apart_and_the_reading_stands_above_them(client, people, district):
    give_title(make_district(people, name="乙城", code="yi", is_demo=False))
    client.force_login(people.city_officer)
    with clock.at(at(2027, 3, 1)):
        page = client.get(reverse("reports:awards")).content.decode()
    assert "1个，拟推荐0个；演示数据1个，拟推荐1个" in page
    assert "最近一次合格以后没有不合格的评估" in page, "a failure before the last pass stands against nobody"
