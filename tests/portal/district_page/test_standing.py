"""Targets beside the last values found, files that expire soon, and the days of the stages on the district page."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.titles.models.publicity import Title
from assessments.findings.models import FindingAnswer
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Certainty, Stage
from greendistrict.core import clock
from greendistrict.documents.enums import Confidentiality
from portal.district_page.selectors.standing import compared_of, expiring_files, stages_of
from tests.factories.approvals import make_evidence
from tests.factories.districts import SpecialPlanFactory, make_district, shaped_plots
from tests.factories.indicator_systems import approved_system, begun_system
from tests.factories.received import received_self_check

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 1)


def read(client, user, district):
    client.force_login(user)
    return client.get(reverse("districts:district_detail", args=[district.code])).content.decode()


def verified(district, **values):
    return YearlyReport.objects.create(
        district=district, kind="carbon", year=2025, opened_at=clock.now(), filed_at=clock.now(), number="TH-2026-0001",
        figures={"total": "31000", "area": "46.5"}, **values,
    )  # fmt: skip


def test_the_carbon_target_stands_beside_the_last_verified_value(client, people):
    district = make_district(people, stage=Stage.PILOT)
    assert compared_of(people.preparer, district).carbon is None, "nobody said anything"
    SpecialPlanFactory(district=district, carbon_intensity_target=Decimal("31.5"))
    carbon = compared_of(people.preparer, district).carbon
    assert (carbon.target, carbon.found, carbon.colour, carbon.words) == ("31.5", "", "", "暂无您可以查看的核查值")
    report = verified(district)
    carbon = compared_of(people.preparer, district).carbon
    assert (carbon.target, carbon.found, carbon.colour) == ("31.5", "66.7", "red")
    assert carbon.words == "2025年度核查，比控制目标高111.7%"
    text = read(client, people.preparer, district)
    for words in ("目标与现状", "66.7", "比控制目标高111.7%", "碳排放强度"):
        assert words in text
    assert compared_of(people.city_officer, district).carbon.found == "", "the city reads no figures before they are filed"
    YearlyReport.objects.filter(pk=report.pk).update(status="filed")
    assert compared_of(people.city_officer, district).carbon.found == "66.7"
    district.plans.update(carbon_intensity_target=Decimal(70))
    assert compared_of(people.preparer, district).carbon.colour == "green"


def test_without_a_control_target_the_next_stage_counts(people):
    district = make_district(people, stage=Stage.PILOT)
    SpecialPlanFactory(district=district, carbon_intensity_target=None, carbon_stage_targets=[{"year": 2030, "value": "28.5"}])
    assert compared_of(people.preparer, district).carbon.target == "2030年28.5"
    verified(district)
    assert compared_of(people.preparer, district).carbon.words == "2025年度核查，未到目标年2030年，不作判断"


def test_indicators_that_are_behind_carry_the_reason_that_was_given(client, people):
    district = make_district(people, stage=Stage.PILOT, key_areas=["五个新城"])
    system = approved_system(people, district)
    system.rows.filter(key="4.2.1").update(baseline="20", baseline_year=2024, near="50", mid="70", long="90")
    type(system).objects.filter(pk=system.pk).update(near_year=2026)
    system.rows.exclude(key="4.2.1").update(near="", mid="", long="")
    check = received_self_check(people, district=district, year=2026)
    seen = compared_of(people.preparer, district)
    assert [line.name for line in seen.behind] == []
    system.rows.filter(key="4.2.1").update(near="200")
    FindingAnswer.objects.create(
        table=check.table, rule="target", item_id="4.2.1", value="100", text="管线未通", by=people.preparer, at=clock.now()
    )
    (line,) = compared_of(people.preparer, district).behind
    assert line.name.startswith("4.2.1")
    assert (line.target, line.found, line.reason) == ("200", "100", "管线未通")
    assert line.colour in {"amber", "red"}
    assert line.words.startswith("2026年度，"), "the page shows newer values of other sources"
    assert "理由：管线未通" in read(client, people.preparer, district)


def test_files_that_expire_within_sixty_days_are_named_until_replaced(client, people):
    district = make_district(people, stage=Stage.PILOT)

    def file(title, day, **values):
        made = make_evidence(district, title)
        type(made).objects.filter(pk=made.pk).update(valid_to=day, **values)
        return made

    file("今日到期", TODAY)
    file("六十日", TODAY + dt.timedelta(days=60))
    file("六十一日", TODAY + dt.timedelta(days=61))
    file("昨日", TODAY - dt.timedelta(days=1))
    file("没有期限", None)
    old = file("已换新", TODAY + dt.timedelta(days=5))
    new = file("新版", None)
    type(new).objects.filter(pk=new.pk).update(replaces=old)
    file("涉密", TODAY + dt.timedelta(days=3), confidentiality=Confidentiality.CLASSIFIED)
    found = expiring_files(people.preparer, district, TODAY)
    assert [(one.file.title, one.days) for one in found] == [("今日到期", 0), ("涉密", 3), ("六十日", 60)]
    assert [one.file.title for one in expiring_files(people.secretariat, district, TODAY)] == ["今日到期", "六十日"]
    with clock.at(dt.datetime(2026, 3, 1, 9, tzinfo=clock.SHANGHAI)):
        text = read(client, people.preparer, district)
    assert "60日内到期的材料" in text
    assert "今日到期" in text


def test_the_stage_bar_has_its_days(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2024, 9, 12))
    assert [step["note"] for step in stages_of(district, dt.date(2026, 9, 11))] == [
        "已完成", "当前阶段 · 2024年9月12日公告，第2年", "未到 · 终期验收通过后",
    ]  # fmt: skip
    assert stages_of(district, dt.date(2026, 9, 12))[1]["note"].endswith("第3年")
    district.stage, district.titled_on = Stage.DEMONSTRATION, dt.date(2026, 1, 5)
    Title.objects.create(
        district=district, kind="pilot", granted_on=dt.date(2024, 9, 12), historic=True, policy="演示", end="superseded",
        ended_on=dt.date(2026, 1, 5), date_certainty=Certainty.INFERRED,
    )  # fmt: skip
    assert stages_of(district, TODAY)[1]["note"] == "已完成 · 2024年9月12日公告（推定）"


def test_a_recorded_district_is_told_nothing_that_no_source_says(people):
    district = make_district(
        name="北外滩地区", is_demo=False, stage=Stage.PILOT, titled_on=dt.date(2022, 1, 1), titled_on_certainty=Certainty.INFERRED, type=""
    )
    assert [step["note"] for step in stages_of(district, TODAY)] == ["", "当前阶段 · 2022年1月1日公告（推定）", ""]


def test_the_map_stands_on_the_page_of_the_readers_of_the_file_alone(client, people):
    district = make_district(people, stage=Stage.PILOT)
    shaped_plots(district, 2)
    assert read(client, people.preparer, district).count('class="plot plot-waiting"') == 3, "two plots and the legend"
    assert "plot-waiting" not in read(client, people.outsider_preparer, district)


@pytest.fixture
def district(people):
    return make_district(people, stage=Stage.PILOT, key_areas=["五个新城"])


def tab(client, user, district, **query):
    client.force_login(user)
    return client.get(reverse("districts:district_detail", kwargs={"code": district.code}), {"tab": "indicators", **query}).content.decode()


def test_a_draft_is_not_shown(client, people, district):
    begun_system(people, district)
    page = tab(client, people.city_officer, district)
    assert "暂无已批准的指标体系" in page
    assert "目标与实际" not in page


def test_targets_stand_beside_what_was_reached_with_light_and_chart(client, people, district):
    system = approved_system(people, district)
    system.rows.filter(key="4.2.1").update(baseline="20", baseline_year=2024, near="50", mid="70", long="90")
    assert "暂无实际值" in tab(client, people.city_officer, district)
    received_self_check(people, district=district, year=2026)
    page = tab(client, people.city_officer, district, indicator="4.2.1")
    assert "2026年<br>实际" in page
    assert "达到路径" in page
    assert '<th scope="row">2026年</th><td class="gd-num">40</td><td class="gd-num">100</td>' in page
    assert 'class="gd-chart"' in page
    assert "未到目标年2027年，不作判断" in page


def test_an_unknown_indicator_draws_the_first(client, people, district):
    approved_system(people, district)
    assert 'id="tr-title"' in tab(client, people.preparer, district, indicator="99.9")
