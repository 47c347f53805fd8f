"""The district page: tabs by seat, the live check, honest words about real districts, nothing of the neighbours."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.common.enums import Certainty, Stage
from greendistrict.core import clock, workdays
from portal.district_page.selectors.page import TABS
from tests.factories.approvals import Filing, make_evidence
from tests.factories.districts import KeyProjectFactory, PlotFactory, file_case, make_district

pytestmark = pytest.mark.django_db
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


def test_a_boundary_that_is_not_public_is_not_said_to_be_missing(client):
    filing = Filing(name="演示邻城（虚构）").to_sent()
    type(filing.district).objects.filter(pk=filing.district.pk).update(stage=Stage.PILOT)
    text = read(client, filing.people.outsider_preparer, filing.district).content.decode()
    assert "没有公开的范围图" in text
    assert "尚未上传范围文件" not in text


def test_keepers_see_no_district(client, people):
    district = make_district(people, stage=Stage.PILOT)
    for seat in ("system_keeper", "security_keeper", "audit_keeper"):
        assert read(client, getattr(people, seat), district).status_code == 404


def test_a_tab_comes_as_a_fragment_for_htmx_and_as_a_page_without(client, people):
    district = make_district(people)
    client.force_login(people.preparer)
    whole = client.get(address(district, "?tab=plots")).content.decode()
    part = client.get(address(district, "?tab=plots"), HTTP_HX_REQUEST="true").content.decode()
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
    assert gap.failing == sum(verdict.look == "fail" for verdict in musts) - gap.unknown > 0
    assert any(verdict.href for group in gap.groups for verdict in group.verdicts)
    theirs = read(client, people.authority, district).context["gap"]
    assert f"{gap.unknown}项资料不足" in mine.content.decode()
    assert (theirs.unknown, theirs.failing) == (gap.unknown, gap.failing)
    links = {verdict.href for group in theirs.groups for verdict in group.verdicts} - {""}
    assert links == {f"{reverse('districts:plot_list', args=[district.code])}?missing=acquired"}, "the rows it misses, and no form"
    client.force_login(people.authority)
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_pilot_is_asked_about_its_acceptance(client, people):
    district = make_district(people, stage=Stage.PILOT)
    KeyProjectFactory(district=district)
    page = read(client, people.preparer, district)
    gap = page.context["gap"]
    assert (gap.target, gap.failing, gap.unknown) == ("示范", 0, 3), "it has no baseline"
    assert "没有未满足的条件" not in page.content.decode(), "nobody knows"


def test_a_demonstration_has_no_next_stage(client, people):
    district = make_district(people, stage=Stage.DEMONSTRATION)
    assert read(client, people.preparer, district).context["gap"] is None


def recorded():
    return make_district(
        name="北外滩地区", is_demo=False, stage=Stage.PILOT, status_certainty=Certainty.INFERRED, area_km2=None, developable_km2=None,
        titled_on=dt.date(2022, 1, 1), titled_on_certainty=Certainty.INFERRED, sources=["https://example.invalid/source"], type="",
    )  # fmt: skip


def test_a_recorded_district_is_asked_nothing_and_nothing_is_said_against_it(client, people):
    district = recorded()
    response = read(client, people.city_officer, district)
    text = response.content.decode()
    assert response.context["gap"] is None
    assert response.context["owed"] == []
    assert [key for key, _ in response.context["tabs"]] == ["overview", "titles"]
    assert "未查明" in text
    assert "推定" in text
    assert "https://example.invalid/source" in text
    for word in ("未填", "逾期", "未满足", "暂无专业规划", "条件对照"):
        assert word not in text, word


@pytest.mark.parametrize("key", TABS)
def test_a_tab_costs_the_same_queries_whatever_the_length_of_its_lists(client, people, count_queries, key):
    district = make_district(people, stage=Stage.PILOT)
    PlotFactory(district=district)
    KeyProjectFactory(district=district)
    client.force_login(people.preparer)
    workdays.current()  # the days are read once in a process
    one = count_queries(lambda: client.get(address(district, f"?tab={key}")))
    for _ in range(2):
        PlotFactory(district=district)
        KeyProjectFactory(district=district)
        make_evidence(district)
    assert count_queries(lambda: client.get(address(district, f"?tab={key}"))) == one


def test_the_timeline_counts_the_working_days_of_each_step(client):
    filing = Filing().to_signing()
    with clock.at(clock.now() + dt.timedelta(days=7)):  # five working days, whatever the weekday
        filing.do("sign", "reviewer")
    entries = read(client, filing.people.preparer, filing.district, "?tab=archive").context["timeline"]
    assert [(entry["title"].split()[-1], entry["used"]) for entry in entries] == [("签发并提交", "用5个工作日"), ("提交审核", "")]


def test_the_carbon_tab_shows_what_was_filed_and_says_nothing_else(client, people):
    from assessments.yearly_reports.models import YearlyReport

    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6))
    empty = read(client, people.city_officer, district, "?tab=carbon").content.decode()
    assert "暂无您可以查看的碳排放核查报告" in empty
    report = YearlyReport.objects.create(
        district=district, kind="carbon", year=2025, opened_at=clock.now(), filed_at=clock.now(), number="TH-2026-0001",
        figures={"total": "31000", "area": "46.5"},
    )  # fmt: skip
    draft = read(client, people.city_officer, district, "?tab=carbon").content.decode()
    assert ("2025年度" in draft, "31,000" in draft) == (True, False), "the city reads no figures before they are filed"
    assert "31,000" in read(client, people.preparer, district, "?tab=carbon").content.decode()
    YearlyReport.objects.update(status="filed")
    filed = read(client, people.city_officer, district, "?tab=carbon").content.decode()
    page = client.get(reverse("assessments:yearly_report", args=[report.pk])).content.decode()
    for word in ("31,000", "66.7", "46.5"):
        assert word in filed
        assert word in page, "the report's own page says the same"
    assert reverse("assessments:yearly_report", args=[report.pk]) in filed


def test_facts_of_real_districts_are_as_doubtful_inside_as_outside(client, people):
    from django.core.management import call_command

    call_command("load_districts", verbosity=0)
    client.force_login(people.city_officer)
    for code in ("hongqiao-hexin", "jichang-dongpian", "qiantan", "xingucheng"):
        inside = client.get(reverse("districts:district_detail", args=[code]))
        outside = client.get(reverse("portal:public_district", args=[code])).context["facts"]
        told = {label for label, _, guess in outside if guess}
        labels = {"place": "所在区", "area": "规划范围面积", "edition": "适用标准"}
        assert {labels[key] for key, guess in inside.context["guessed"].items() if guess and key in labels} == told, code
        facts = inside.content.decode().partition('id="base-title"')[2].partition("</section>")[0]
        assert facts.count("推定</span>") >= len(told)
    badges = client.get(reverse("districts:district_detail", args=["hongqiao-hexin"])).content.decode().partition("gd-stages")[0]
    assert "阶段未查明" in badges
    assert ">培育<" not in badges
