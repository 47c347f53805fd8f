"""Lists of yearly filings and stage assessments show those that are owed but not opened, held on paper, or still to come."""

import datetime as dt
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from approvals.losses.models import RecordedAssessment
from assessments.common import owed_papers
from assessments.common.recorded_assessments import ON_PAPER
from assessments.common.selectors import merged
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy.models import Setting
from obligations import services
from obligations.selectors import due
from portal.todo.selectors import tasks_of
from reports.composition.printed import texts_of
from reports.matters import stages
from tests.assessments.browsing import text_of
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage
from tests.factories.waivers import waived_or_extended
from tests.listed import listed
from tests.obligations.world import titled

AFTER = at(2027, 4, 5)
DEFAULT = " 默认值"  # beside a day by a setting that the city has not confirmed


def lines(client, name, **query):
    """Rows of a list after its day."""
    with clock.at(AFTER):
        return listed(client.get(reverse(f"assessments:{name}_list"), query))


@pytest.fixture
def two(people):
    """甲 has never opened its self-check of 2026, 乙 filed it late; neither has opened anything else than the world's reports."""
    other = titled(people, "演示乙城（虚构）")
    check = make_self_check(people, district=other, year=2026, filled=False)
    SelfCheck.objects.filter(pk=check.pk).update(status="received", filed_at=at(2027, 4, 2))
    YearlyReport.objects.filter(district=other, kind="carbon").delete()
    return people


def test_a_year_shows_every_district_that_owes_it_opened_or_not(client, two):
    client.force_login(two.city_officer)
    assert [(line["城区"], line["状态"]) for line in lines(client, "selfcheck", year=2026)] == [
        ("演示甲城（虚构）", "未开始 逾期"),
        ("演示乙城（虚构）", "已接收 逾期报送"),
    ]
    assert [line["城区"] for line in lines(client, "selfcheck", year=2026, status="unopened")] == ["演示甲城（虚构）"]
    assert [line["城区"] for line in lines(client, "selfcheck", year=2026, q="yicheng")] == ["演示乙城（虚构）"]
    assert len(lines(client, "selfcheck", year=2026, late="late")) == len(lines(client, "selfcheck", late="late")) == 2
    unopened = [(line["类别"], line["城区"], line["状态"]) for line in lines(client, "yearly_report", status="unopened")]
    assert unopened == [("碳排放核查报告", "演示乙城（虚构）", "未开始")]
    with clock.at(AFTER):
        book = load_workbook(BytesIO(client.get(reverse("assessments:selfcheck_export"), {"year": "2026"}).content)).active
    assert [row[4] for row in book.iter_rows(min_row=4, values_only=True)] == ["未开始，逾期", "已接收，逾期报送"]


def test_the_lists_hold_exactly_what_the_obligations_hold(client, two):
    client.force_login(two.city_officer)

    def owed(*kinds):
        rows = [row for row in due(Viewer(None, as_of=AFTER.date())) if row.kind in kinds]
        return {(row.district, f"{row.year}", f"{row.due_words}{DEFAULT if row.is_default_date else ''}") for row in rows}

    assert {(line["城区"], line["年度"], line["期限"]) for line in lines(client, "selfcheck")} == owed("self_check")
    reports = {(line["城区"], line["年度"], line["期限"]) for line in lines(client, "yearly_report")}
    assert reports == owed("operation_report", "carbon_verification")


@pytest.mark.usefixtures("arranged")
def test_an_extension_or_waiver_holds_on_the_lists_too(client, two):
    client.force_login(two.city_officer)
    keys = {row.district: row.key for row in due(Viewer(None, as_of=AFTER.date())) if row.kind == "self_check" and row.year == 2026}
    with clock.at(at(2027, 3, 1)):
        services.decide(obligation=keys["演示乙城（虚构）"], by=two.city_director, reason="延", extended_to=dt.date(2027, 5, 31))
        waived_or_extended(keys["演示甲城（虚构）"], two, "免")
    shown = [(line["城区"], line["状态"], line["期限"]) for line in lines(client, "selfcheck", year=2026)]
    assert shown == [("演示甲城（虚构）", "免报", "2027年3月31日 默认值"), ("演示乙城（虚构）", "已接收", "2027年5月31日")]
    assert lines(client, "selfcheck", year=2026, late="late") == []
    assert len(lines(client, "selfcheck", year=2026, late="ontime")) == 2


def test_a_paper_that_is_opened_while_the_list_is_read_stands_once(two):
    unopened = owed_papers.unopened(Viewer(two.city_officer, as_of=AFTER.date()), "self_check")
    first, *others = [row for row in unopened if row.year == 2026]
    check = make_self_check(two, district=District.objects.get(pk=first.district_id), year=2026, filled=False)
    entries = merged(SelfCheck.objects.filter(year=2026), [first, *others])
    assert check.pk in entries
    assert [entry for entry in entries if not isinstance(entry, int)] == others


def test_nobody_sees_what_others_owe(client, two):
    make_district(name="演示外城（虚构）", stage=Stage.PILOT, applicant=two.outsider_body, titled_on=dt.date(2026, 6, 1))
    client.force_login(two.outsider_preparer)
    assert {line["城区"] for line in lines(client, "selfcheck")} == {"演示外城（虚构）"}


def test_stage_assessments_on_paper_and_to_come_stand_in_the_list(client, people):
    district = District.objects.get()
    RecordedAssessment.objects.create(
        district=district, kind="stage", concluded_on=dt.date(2026, 9, 7), passed=False, source="评估结论", recorded_by=people.city_officer,
        recorded_at=at(2026, 9, 8), checked_at=at(2026, 9, 8),
    )  # fmt: skip
    early = make_stage(people, district=district, filled=False, early=True, due=dt.date(2026, 10, 28))
    StageAssessment.objects.filter(pk=early.pk).update(status="filed", filed_at=at(2026, 11, 2))
    client.force_login(people.city_officer)
    assert [(line["状态"], line["周期到期"], line["期次"], line["结论"]) for line in lines(client, "stage")] == [
        ("未开始", "2029年6月1日", "第1次", "—"),
        ("已报送，待组织评估 2026年10月28日开放", "2029年6月1日", "提前组织", "—"),
        ("历史补录 评估结论", "—", "—", "不合格"),
    ]
    assert [line["状态"] for line in lines(client, "stage", status="unopened")] == ["未开始"]
    assert [line["结论日期"] for line in lines(client, "stage", conclusion="unqualified")] == ["2026年9月7日"]
    with clock.at(AFTER):
        page = client.get(reverse("districts:district_detail", args=[district.code]), {"tab": "assessments"}).content.decode()
    assert all(words in page for words in ("2026年9月7日", "2029年6月1日"))
    client.force_login(people.preparer)
    assert [line["期次"] for line in lines(client, "stage")] == ["第1次", "提前组织"]
    client.force_login(people.bureau)
    assert lines(client, "stage") == []


def test_papers_of_a_cycle_that_was_assessed_on_paper_are_asked_for_in_no_place(client, people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 5, 15), name="演示丙城（虚构）")
    with clock.at(at(2026, 6, 1)):
        stage = make_stage(people, district=district, filled=False, due=dt.date(2026, 5, 15))
    preparer, link = people.preparer, reverse("assessments:stage", args=[stage.pk])

    def told():
        stage.refresh_from_db()
        client.force_login(preparer)
        with clock.at(AFTER):
            asked = any(row.record == stage.pk and row.kind == "stage_material" for row in due(Viewer(None, as_of=AFTER.date())))
            task = any(task.link == link for task in tasks_of(Viewer(preparer)))
            line = next(line for line in lines(client, "stage") if line["期次"] == "第1次" and line["城区"] == district.name)
            page = text_of(client.get(link))
            paper = "".join(texts_of(stages.compose(Viewer(preparer), stage)))
            client.force_login(people.city_officer)
            progress = client.get(reverse("portal:pilot_progress")).content.decode()
        said = [*(ON_PAPER in text for text in (line["状态"], page, paper)), f'href="{link}"' in progress]
        return asked, task, "逾期" in line["状态"], "尚无判定" in paper, "处须先处理：填写" in page, *said

    assert told() == (True, True, True, True, True, False, False, False, True)
    RecordedAssessment.objects.create(
        district=district, kind="stage", concluded_on=dt.date(2026, 5, 14), passed=False, source="评估结论",
        recorded_by=people.city_officer, recorded_at=at(2026, 9, 8), checked_at=at(2026, 9, 8),
    )  # fmt: skip
    assert told() == (False, False, False, False, False, True, True, True, False)
    District.objects.filter(pk=district.pk).update(
        stage=Stage.DEMONSTRATION, titled_on=dt.date(2026, 9, 1), titled_since=dt.date(2023, 5, 15)
    )
    assert told()[:8] == (False, False, False, False, False, True, True, True), "the cycle began with the pilot"
    StageAssessment.objects.filter(pk=stage.pk).update(status="filed", filed_at=at(2026, 9, 20))
    assert told() == (False, False, False, True, False, False, False, False, True), "filed though nothing was owed: not late"
    RecordedAssessment.objects.update(concluded_on=dt.date(2026, 10, 8))
    assert told()[2], "filed late before it was assessed on paper"


def places(client, people, name, record, table):
    """Whether a paper is late, and its day, wherever that is told: list, its own page, score page, desk."""
    client.force_login(people.preparer)
    with clock.at(AFTER):
        line = next(line for line in lines(client, name) if line["城区"] == "演示甲城（虚构）" and not line["状态"].startswith("未开始"))
        page = client.get(reverse(f"assessments:{name}", args=[record.pk])).context
        scored = client.get(reverse("assessments:score_table", args=[table.pk])).context["late"] if table else None
        task = next(task for task in tasks_of(Viewer(people.preparer)) if task.link == reverse(f"assessments:{name}", args=[record.pk]))
        owed = next(row for row in due(Viewer(None, as_of=AFTER.date())) if row.record == record.pk and row.link == task.link)
    late = "逾期" in line["状态"]
    assert page["late"] == ("逾期" if late else "")
    day = line["报送期限" if name == "stage" else "期限"]
    assert owed.due_words == day.removesuffix(DEFAULT)
    assert not late or day.endswith(DEFAULT) is owed.is_default_date
    assert owed.is_overdue(AFTER.date()) is late
    if name == "selfcheck":
        assert scored == (f"逾期{'（默认值）' if owed.is_default_date else ''}" if late else "")
    return late, task.due, owed.key


@pytest.mark.parametrize("name", ["selfcheck", "yearly_report", "stage"])
@pytest.mark.parametrize("until", [None, dt.date(2027, 5, 31)])
def test_a_decision_about_a_day_holds_in_every_place_that_tells_it(client, people, name, until):
    district = District.objects.get()
    if name == "selfcheck":
        record = make_self_check(people, district=district, year=2026, filled=False)
    elif name == "yearly_report":
        record = YearlyReport.objects.get(kind="carbon")
        YearlyReport.objects.update(status="draft", filed_at=None)
    else:
        record = make_stage(people, district=district, filled=False, due=dt.date(2027, 2, 1))
    if name == "yearly_report":  # its own day is later
        Setting.objects.create(key="carbon_verification.due", value="Y+1-03-31", by=people.city_director, at=at(2026, 1, 5), reason="提前")
    table = getattr(record, "table", None)
    late, day, key = places(client, people, name, record, table)
    assert late
    assert day < AFTER.date()
    with clock.at(AFTER):
        waived_or_extended(key, people, "延或免", until)
    assert places(client, people, name, record, table)[:2] == (False, until)


def test_more_time_to_mend_is_decided_in_the_assessment_alone(client, people):
    found = make_stage(people, district=District.objects.get(), filled=False)
    StageAssessment.objects.filter(pk=found.pk).update(status="rectifying", rectify_due=dt.date(2027, 5, 1), filed_at=at(2026, 12, 1))
    key = f"rectification:{found.pk}"
    client.force_login(people.city_director)
    with clock.at(AFTER):
        shown = client.get(reverse("obligations:obligation_list")).context["lines"]
        assert [row["decidable"] for row in shown if row["obligation"].key == key] == [False]
        assert client.get(reverse("obligations:obligation_decide", args=[key])).status_code == 404
        with pytest.raises(Refused, match="在所属办件或者评估中申请"):
            services.decide(obligation=key, by=people.city_director, reason="延", extended_to=dt.date(2027, 6, 1))
