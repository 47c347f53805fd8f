"""The district page: tabs by seat, the live check, honest words about real districts, nothing of the neighbours."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.titles.models.publicity import Title
from assessments.findings.models import FindingAnswer
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Certainty, Stage
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import clock, workdays
from greendistrict.documents.enums import Confidentiality
from indicators.editions.models import Edition
from portal.district_page.selectors.page import TABS, timeline_entries
from portal.district_page.selectors.standing import compared_of, expiring_files, stages_of
from portal.recent_steps.selectors import RecentStep
from portal.search.selectors.search import districts
from tests.factories.accounts import cast
from tests.factories.approvals import Filing, make_evidence, make_ready_district, published_edition
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, file_case, make_district, shaped_plots
from tests.factories.indicator_systems import approved_system, begun_system
from tests.factories.received import received_self_check
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/district_page", "districts", "carbon")
PARTIES = ("preparer", "reviewer", "consultant", "authority", "bureau", "city_officer", "city_director", "secretariat")


def address(district, query=""):
    return f"{reverse('districts:district_detail', args=[district.code])}{query}"


def read(client, user, district, query=""):
    client.force_login(user)
    return client.get(address(district, query))


def test_parties_and_the_city_open_every_tab(client):
    filing = Filing().to_sent()
    file_case(filing.district)  # the secretariat reads it from receipt
    for seat in PARTIES:
        for key, tab in TABS.items():
            response = read(client, getattr(filing.people, seat), filing.district, f"?tab={key}")
            assert response.status_code == 200
            assert response.context["tab"] == key, (seat, key)
            assert tab.label in response.content.decode()


def test_a_district_that_meets_every_condition_is_invited_to_apply(client):
    people, preparer = cast(), Client()
    preparer.force_login(people.preparer)
    district = make_ready_district(people)
    approved_system(people, district)
    start = f"{reverse('approvals:case_start')}?district={district.pk}"

    def invited(seat):
        answer = read(client, getattr(people, seat), district)
        return answer.context["gap"].open, start in answer.content.decode()

    assert (invited("preparer"), invited("consultant"), invited("reviewer")) == ((True, True), (True, False), (True, False))
    assert f'<option value="{district.pk}" selected>' in preparer.get(start).content.decode()
    [edition] = Edition.objects.all()
    Edition.objects.update(status="superseded")
    assert invited("preparer") == (True, False), "nothing to score it by"
    Edition.objects.update(status=edition.status)
    drafts.start_application(district=district, by=people.preparer, edition=published_edition())
    assert invited("preparer")[1] is False
    bare = make_district(people, name="演示空城（虚构）")
    page = read(client, people.preparer, bare)
    assert (page.context["gap"].open, reverse("approvals:case_start") in page.content.decode()) == (False, False)


def test_a_stranger_sees_public_facts_of_a_titled_district_only(client):
    filing = Filing(name="演示邻城（虚构）").to_sent()
    make_evidence(filing.district, "演示机密材料")
    people = filing.people
    assert read(client, people.outsider_preparer, filing.district).status_code == 404
    type(filing.district).objects.filter(pk=filing.district.pk).update(stage=Stage.PILOT)
    for key in TABS:
        response = read(client, people.outsider_preparer, filing.district, f"?tab={key}")
        text = response.content.decode()
        assert response.context["tab"] in {"overview", "titles"}
        for secret in ("演示机密材料", "演示能源站", "D001", filing.case.number, "提交审核", "32.5", "条件对照"):
            assert secret not in text, (key, secret)
    text = read(client, people.outsider_preparer, filing.district).content.decode()
    assert ("没有公开的范围图" in text, "尚未上传范围文件" in text) == (True, False), "what is not public is not said to be missing"


def test_a_tab_comes_as_a_fragment_for_htmx_and_as_a_page_without(preparer, people):
    district = make_district(people)
    whole = preparer.get(address(district, "?tab=plots")).content.decode()
    part = preparer.get(address(district, "?tab=plots"), HTTP_HX_REQUEST="true").content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert 'aria-current="page">地块' in part


def test_the_check_names_what_is_missing_and_sends_only_editors_there(client, people):
    district = make_district(people)
    PlotFactory(district=district)
    mine = read(client, people.preparer, district)
    gap = mine.context["gap"]
    assert gap.target == "试点"
    musts = [verdict for group in gap.groups for verdict in group.verdicts if verdict.level == "must"]
    assert gap.unknown == sum(verdict.found.startswith("资料不足") for verdict in musts) > 0, "what is not filled in does not fail"
    assert gap.failing == sum(verdict.look == "fail" for verdict in musts) > 0
    assert any(verdict.href for group in gap.groups for verdict in group.verdicts)
    theirs = read(client, people.authority, district).context["gap"]
    assert f"{gap.unknown}项资料不足" in mine.content.decode()
    assert (theirs.unknown, theirs.failing) == (gap.unknown, gap.failing)
    links = {verdict.href for group in theirs.groups for verdict in group.verdicts} - {""}
    assert links == {f"{reverse('districts:plot_list', args=[district.code])}?missing=acquired"}, "the rows it misses, and no form"
    client.force_login(people.authority)
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_pilot_is_asked_about_its_acceptance_and_a_demonstration_has_no_next_stage(client, people):
    district = make_district(people, stage=Stage.PILOT)
    KeyProjectFactory(district=district)
    page = read(client, people.preparer, district)
    gap = page.context["gap"]
    assert (gap.target, gap.failing, gap.unknown) == ("示范", 0, 3), "it has no baseline"
    assert "没有未满足的条件" not in page.content.decode(), "nobody knows"
    assert read(client, people.preparer, make_district(people, stage=Stage.DEMONSTRATION)).context["gap"] is None


def test_a_recorded_district_is_asked_nothing_and_nothing_is_said_against_it(client, people):
    inferred = {
        "status_certainty": Certainty.INFERRED,
        "titled_on": dt.date(2022, 1, 1),
        "titled_on_certainty": Certainty.INFERRED,
        "type": "",
    }
    district = make_district(
        name="北外滩地区", is_demo=False, stage=Stage.PILOT, area_km2=None, developable_km2=None, sources=["https://example.invalid/source"],
        **inferred,
    )  # fmt: skip
    response = read(client, people.city_officer, district)
    text = response.content.decode()
    assert response.context["gap"] is None
    assert response.context["owed"] == []
    assert [key for key, _ in response.context["tabs"]] == ["overview", "titles"]
    assert [word for word in ("未查明", "推定", "https://example.invalid/source") if word not in text] == []
    for word in ("未填", "逾期", "未满足", "暂无专业规划", "条件对照"):
        assert word not in text, word


def test_a_tab_costs_the_same_queries_whatever_the_length_of_its_lists(client, people, count_queries):
    district = make_district(people, stage=Stage.PILOT)
    client.force_login(people.preparer)
    workdays.current()  # the days are read once in a process

    def costs(rows):
        for _ in range(rows):
            PlotFactory(district=district)
            KeyProjectFactory(district=district)
            make_evidence(district)
        return {key: count_queries(lambda key=key: client.get(address(district, f"?tab={key}"))) for key in TABS}

    assert costs(1) == costs(2)


def test_the_timeline_counts_the_working_days_of_each_step(client):
    filing = Filing().to_signing()
    with clock.at(clock.now() + dt.timedelta(days=7)):  # five working days, whatever the weekday
        filing.do("sign", "reviewer")
    entries = read(client, filing.people.preparer, filing.district, "?tab=archive").context["timeline"]
    assert [(entry["title"].split()[-1], entry["used"]) for entry in entries] == [("签发并提交", "用5个工作日"), ("提交审核", "")]


def test_the_time_between_two_stages_of_a_district_is_no_time_of_handling(people):
    district = make_district(people, stage=Stage.PILOT)
    own = {"title": "", "subject": district.name, "side": "", "href": "", "key": subject_of(district)}
    stages = ((0, "撤销称号"), (66, "授予试点"))
    steps = [RecentStep(at=clock.now() - dt.timedelta(days=days), label=label, **own) for days, label in stages]
    assert [(entry["title"], entry["used"]) for entry in timeline_entries(district, steps)] == [("撤销称号", ""), ("授予试点", "")]


@AREA
def test_facts_of_real_districts_are_as_doubtful_inside_as_outside(officer):
    from django.core.management import call_command

    call_command("load_districts", verbosity=0)
    for code in ("hongqiao-hexin", "jichang-dongpian", "qiantan", "xingucheng"):
        inside = officer.get(reverse("districts:district_detail", args=[code]))
        outside = officer.get(reverse("portal:public_district", args=[code])).context["facts"]
        told = {label for label, _, guess in outside if guess}
        labels = {"place": "所在区", "area": "规划范围面积"}
        facts = inside.content.decode().partition('id="base-title"')[2].partition("</section>")[0]
        marked = {labels[key] for key, guess in inside.context["guessed"].items() if guess and key in labels}
        if "推定</span>" in facts.partition("<dt>评价标准</dt>")[2].partition("</dd>")[0]:
            marked.add("适用标准")
        assert marked == told, code
        assert facts.count("推定</span>") >= len(told)
    badges = officer.get(reverse("districts:district_detail", args=["hongqiao-hexin"])).content.decode().partition("gd-stages")[0]
    assert "阶段未查明" in badges
    assert ">培育<" not in badges


@AREA
@pytest.mark.parametrize(
    ("facts", "word", "text"),
    [
        ({"stage": Stage.CANDIDATE, "status_certainty": Certainty.UNKNOWN}, "阶段未查明", "阶段未查明"),
        ({"stage": Stage.PILOT, "status_certainty": Certainty.INFERRED}, "试点", "试点（推定）"),
        ({"stage": Stage.CANDIDATE, "status_certainty": Certainty.UNKNOWN, "guideline_area": True}, "导则覆盖区", "导则覆盖区"),
        ({"stage": Stage.DEMONSTRATION}, "示范", "示范"),
    ],
)
def test_page_search_component_and_text_say_the_same(officer, facts, word, text, people):
    district = make_district(name="真实城区", is_demo=False, sources=["https://example.invalid"], code="real", **facts)
    assert (district.stage_label, district.stage_text) == (word, text)
    part = render_to_string("components/stage_word.html", {"district": district})
    assert word in part
    assert ("推定" in part) == ("推定" in text)
    assert text in str(districts(Viewer(people.city_officer), "真实城区").hits)
    assert f">{word}</span>" in officer.get(reverse("districts:district_detail", args=["real"])).content.decode()


def test_the_api_says_how_sure_place_area_edition_and_key_areas_are(officer):
    words = "面积推定；所在区按公知填写"
    make_district(
        name="甲", is_demo=False, code="sure", edition_text="DG/TJ 08-2253-2018", key_areas=["虹桥"], area_km2=3, fact_certainty=words,
        edition_certainty="inferred",
    )  # fmt: skip
    make_district(name="乙", is_demo=False, code="none", edition_text="", key_areas=[], area_km2=None, developable_km2=None)
    rows = {row["code"]: row for row in officer.get(reverse("api:districts")).json()["results"]}
    names = ("areas", "area_km2", "edition_text", "key_areas")
    told = {code: [row[f"{name}_certainty"] for name in names] for code, row in rows.items()}
    assert told["sure"][1:] == ["inferred", "inferred", "sourced"]
    assert told["sure"][0] == ("inferred" if rows["sure"]["areas"] else "unknown")
    assert told["none"][1:] == ["unknown"] * 3


TODAY = dt.date(2026, 3, 1)


def verified(district, **values):
    return YearlyReport.objects.create(
        district=district, kind="carbon", year=2025, opened_at=clock.now(), filed_at=clock.now(), number="TH-2026-0001",
        figures={"total": "31000", "area": "46.5"}, **values,
    )  # fmt: skip


def tab(client, user, district, key="indicators", **query):
    client.force_login(user)
    return client.get(reverse("districts:district_detail", kwargs={"code": district.code}), {"tab": key, **query}).content.decode()


@AREA
def test_the_carbon_target_stands_beside_the_last_verified_value_and_the_tab_shows_what_was_filed(client, people):
    district = make_district(people, stage=Stage.PILOT)
    assert compared_of(Viewer(people.preparer), district).carbon is None, "nobody said anything"
    SpecialPlanFactory(district=district, carbon_intensity_target=Decimal("31.5"))
    carbon = compared_of(Viewer(people.preparer), district).carbon
    assert (carbon.target, carbon.found, carbon.colour, carbon.words) == ("31.5", "", "", "暂无您可以查看的核查值")
    assert compared_of(Viewer(people.city_officer), district).carbon.words == "没有已报送的核查值", "nothing is kept from the city"
    report = verified(district)
    carbon = compared_of(Viewer(people.preparer), district).carbon
    assert (carbon.target, carbon.found, carbon.colour, carbon.aim) == ("31.5", "66.7", "red", "控制目标31.5")
    assert carbon.words == "2025年度核查，比控制目标高111.7%"
    assert "比控制目标高111.7%" in read(client, people.preparer, district).content.decode()
    assert "31,000" in tab(client, people.preparer, district, "carbon")
    assert compared_of(Viewer(people.city_officer), district).carbon.found == "", "the city reads no figures before they are filed"
    assert "31,000" not in tab(client, people.city_officer, district, "carbon")
    YearlyReport.objects.filter(pk=report.pk).update(status="filed")
    assert compared_of(Viewer(people.city_officer), district).carbon.found == "66.7"
    shown = tab(client, people.city_officer, district, "carbon")
    address = reverse("assessments:yearly_report", args=[report.pk])
    for word in ("31,000", "66.7", "46.5"):
        assert word in shown
        assert word in client.get(address).content.decode(), "the report's own page says the same"
    assert address in shown
    district.plans.update(carbon_intensity_target=Decimal(70))
    assert compared_of(Viewer(people.preparer), district).carbon.colour == "green"


def test_without_a_control_target_the_next_stage_counts(people):
    district = make_district(people, stage=Stage.PILOT)
    SpecialPlanFactory(district=district, carbon_intensity_target=None, carbon_stage_targets=[{"year": 2030, "value": "28.5"}])
    assert compared_of(Viewer(people.preparer), district).carbon.target == "2030年28.5"
    verified(district)
    assert compared_of(Viewer(people.preparer), district).carbon.words == "2025年度核查，未到目标年2030年，不作判断"


def test_indicators_that_are_behind_carry_the_reason_that_was_given(client, people):
    district = make_district(people, stage=Stage.PILOT, key_areas=["五个新城"])
    system = approved_system(people, district)
    system.rows.filter(key="4.2.1").update(baseline="20", baseline_year=2024, near="50", mid="70", long="90")
    type(system).objects.filter(pk=system.pk).update(near_year=2026)
    system.rows.exclude(key="4.2.1").update(near="", mid="", long="")
    check = received_self_check(people, district=district, year=2026)
    seen = compared_of(Viewer(people.preparer), district)
    assert [line.name for line in seen.behind] == []
    system.rows.filter(key="4.2.1").update(near="200")
    FindingAnswer.objects.create(
        table=check.table, rule="target", item_id="4.2.1", value="100", text="管线未通", by=people.preparer, at=clock.now()
    )
    (line,) = compared_of(Viewer(people.preparer), district).behind
    assert line.name.startswith("4.2.1")
    assert (line.target, line.found, line.reason) == ("200", "100", "管线未通")
    assert line.colour in {"amber", "red"}
    assert line.words.startswith("2026年度，"), "the page shows newer values of other sources"
    assert "理由：管线未通" in read(client, people.preparer, district).content.decode()


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
    with clock.at(dt.datetime(2026, 3, 1, 9, tzinfo=clock.SHANGHAI)):
        found = expiring_files(Viewer(people.preparer), district)
        assert [(one.file.title, one.days) for one in found] == [("今日到期", 0), ("涉密", 3), ("六十日", 60)]
        assert [one.file.title for one in expiring_files(Viewer(people.secretariat), district)] == ["今日到期", "六十日"]
        text = read(client, people.preparer, district).content.decode()
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
    recorded = {"titled_on": dt.date(2022, 1, 1), "titled_on_certainty": Certainty.INFERRED, "type": ""}
    district = make_district(name="北外滩地区", is_demo=False, stage=Stage.PILOT, **recorded)
    assert [step["note"] for step in stages_of(district, TODAY)] == ["", "当前阶段 · 2022年1月1日公告（推定）", ""]


def test_the_map_stands_on_the_page_of_the_readers_of_the_file_alone(client, people):
    district = make_district(people, stage=Stage.PILOT)
    shaped_plots(district, 2)
    assert read(client, people.preparer, district).content.decode().count('class="plot plot-waiting"') == 3, "two plots and the legend"
    assert "plot-waiting" not in read(client, people.outsider_preparer, district).content.decode()


@AREA
def test_targets_of_an_approved_system_stand_beside_what_was_reached_with_light_and_chart(client, people):
    district = make_district(people, stage=Stage.PILOT, key_areas=["五个新城"])
    begun_system(people, district)
    page = tab(client, people.city_officer, district)
    assert ("暂无已批准的指标体系" in page, "目标与实际" in page) == (True, False), "a draft is not shown"
    district.indicator_systems.all().delete()
    system = approved_system(people, district)
    system.rows.filter(key="4.2.1").update(baseline="20", baseline_year=2024, near="50", mid="70", long="90")
    assert "暂无实际值" in tab(client, people.city_officer, district)
    assert 'id="tr-title"' in tab(client, people.city_officer, district, indicator="99.9"), "an unknown indicator draws the first"
    received_self_check(people, district=district, year=2026)
    page = tab(client, people.city_officer, district, indicator="4.2.1")
    for words in ("2026年<br>实际", "达到路径", 'class="gd-chart"', "未到目标年2027年，不作判断"):
        assert words in page
    assert '<th scope="row">2026年</th><td class="gd-num">40</td><td class="gd-num">100</td>' in page


@pytest.mark.parametrize(("filed", "note"), [(dt.date(2024, 2, 1), "已完成 · 列入2024年度实施计划"), (dt.date(2025, 1, 10), "已完成")])
def test_a_plan_filed_after_the_grant_did_not_lead_to_it(people, filed, note):
    district = make_district(people)
    give_title(district, granted_on=dt.date(2024, 3, 20))
    plan = ImplementationPlan.objects.create(authority=people.authority_body, year=filed.year, status="filed", filed_on=filed, is_demo=True)
    plan.districts.add(district)
    assert stages_of(district, TODAY)[0]["note"] == note
