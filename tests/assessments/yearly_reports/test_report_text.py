"""The text of an operation report: figures beside its sections, draft, last year's text, versions, seats, what is filed and printed."""

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal

import pytest

from assessments.yearly_reports import services
from assessments.yearly_reports.kinds import LONGEST
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS, SECTIONS, operation_figures
from assessments.yearly_reports.selectors.text import copied_in, figures_now, stale_in
from carbon.inventories.models import CarbonInventory
from districts.projects.models import KeyProject
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.rounding import fixed
from operation.entries.models import TrainingSession
from reports.annual.figures import figures_of
from tests.assessments.browsing import HTMX, lacking, text_of, url
from tests.assessments.yearly_reports.test_yearly_reports import OPERATION, make_report
from tests.carbon.inventories.world import make_inventory, to_filed
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import PlotFactory, WorkFactory
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.operation.ledger.test_ledger import POSTED, enter
from tests.refusing import refuses
from tests.reports.matters.test_papers import missing, paper
from tests.reports.matters.worlds import squeezed
from tests.steps import step

NOW = at(2026, 2, 2)
COPIED = "与2024年度的文字相同，请核对年份和数字"


DAYS = {"meetings": "2025-03-02", "trainings": "2025-04-01", "audits": "2025-02-02", "events": "2025-01-20"}
DAY_FIELD = {"meetings": "held_on", "trainings": "held_on", "audits": "audited_on", "events": "held_on"}
WRITERS = {"preparer", "consultant"}
LONG = "逐项核对台账并现场复核（虚构）。" * 20


cast = once(make_cast)
people = copy_of("cast")


@pytest.fixture
def report(people):
    return make_report(people)


def record(people, district, section, **values):
    """An entry of the ledger of 2025."""
    day = {DAY_FIELD[section]: DAYS[section]} if section in DAYS else {}
    return enter(people, district, section, 2025, **day, **values)


def stored(report):
    return YearlyReport.objects.values_list("text", flat=True).get(pk=report.pk)


def version(report):
    return YearlyReport.objects.values_list("text_version", flat=True).get(pk=report.pk)


def write(report, cast, /, **texts):
    for key, text in texts.items():
        services.save_text(report=report, key=key, text=text, version=version(report), by=cast.preparer)
    report.refresh_from_db()


def write_all(report, people):
    write(report, people, **{key: f"{key}已开展（虚构）。" for key in KEYS})


def said(report):
    return {
        kind.key: words for kind, words in figures_now(YearlyReport.objects.select_related("district").get(pk=report.pk), clock.today())
    }


def test_every_figure_has_a_section_and_a_label_of_its_own(report):
    kinds = [kind for kind, _ in figures_now(report, clock.today())]
    assert {one.key for one in operation_figures} == {"inventory", *POSTED}
    assert len({one.key for one in kinds}) == len({one.label for one in kinds}) == len(kinds) == 17
    assert all(one.sections and one.sections <= set(KEYS) for one in kinds)


def test_the_ledger_is_stated_as_it_counts(people, report):
    for section in POSTED:
        record(people, report.district, section)
    record(people, report.district, "mechanisms", mechanism="evaluation", standing="going")
    record(people, report.district, "trainings", tier="technical", attended="10", rating="90")
    record(people, report.district, "platforms", kind="database", name="综合数据库。二期（虚构）", coverage="")
    found = said(report)
    begins = {
        "mechanisms": "应建立的2项管理机制已建立1项：", "meetings": "召开协同会议、开展动态评估1次：",
        "trainings": "举办培训2次，参加40人次，其中", "platforms": "运行数字化平台2个：城区底座（虚构）", "audits": "开展能源审计1项",
    }  # fmt: skip
    assert {key: found[key][: len(words)] for key, words in begins.items()} == begins
    assert "演示管委会（虚构）牵头，依据演示〔2026〕1号（虚构）" in found["mechanisms"]
    assert found["trainings"].endswith("，满意率90.0%")
    assert "覆盖率87.50%" in found["platforms"]
    assert "综合数据库，二期（虚构）" in found["platforms"], "one sentence, whatever the name"
    assert found["audits"] == "开展能源审计1项"
    assert found["events"].endswith("1次，参加1500人次")
    assert "合计260.50万元，已使用100.00万元" in found["funds"]
    assert not any(mark in words for words in found.values() for mark in "。\n")


def test_plots_and_works_are_stated_as_they_stood_at_the_end_of_the_year(report):
    district, nothing = report.district, said(report)
    assert (nothing["plots_of_year"], nothing["works_of_year"]) == ("", "")
    day = dt.date(2025, 6, 1)
    old = dt.date(2023, 1, 4)
    PlotFactory(district=district, acquired_on=old, started_on=old, built_on=day, conforms=True, floor_area=20000)
    PlotFactory(district=district, acquired_on=day, built_on=dt.date(2026, 1, 9), conforms=True, floor_area=9000)
    PlotFactory(district=district, acquired_on=old, built_on=dt.date(2024, 1, 9), conforms=False, floor_area=None)
    PlotFactory(district=district, buildable=False)
    WorkFactory(district=district, name="一", main=True, started_on=dt.date(2024, 1, 9), built_on=day)
    WorkFactory(district=district, name="二", main=True, planned_finish=day)
    WorkFactory(district=district, name="三", main=False, started_on=dt.date(2024, 1, 9), built_on=dt.date(2026, 1, 9))
    found = said(report)
    assert found["plots_of_year"] == (
        "2025年地块取得1个、开工0个、建成1个；截至2025年12月31日可建设地块3个，已建成2个，建筑面积20,000.00m²，其中符合绿色生态要求1个，不符合1个"
    )
    assert found["works_of_year"] == "2025年建成市政设施1项；截至2025年12月31日市政设施3项，其中主要设施2项、已建成1项，逾期未建成1项"
    figures = figures_of(district, 2025, clock.today()).land
    assert len([plot for plot in figures.plots if plot.buildable and plot.built_on]) == 2
    assert (figures.work_totals.main, figures.work_totals.built, len(figures.late_works)) == (2, 1, 1)


def test_what_was_taken_over_and_not_confirmed_is_not_stated(people, report):
    record(people, report.district, "trainings")
    TrainingSession.objects.update(is_confirmed=False, counts_since=None)
    assert said(report)["trainings"] == ""


def test_plots_and_projects_are_stated(people, report):
    PlotFactory(district=report.district, number="P1", area_ha=Decimal("1.25"))
    KeyProject.objects.create(district=report.district, name="能源站", category="energy", investment=Decimal(1200), state="building")
    found = said(report)
    assert "地块1个，用地面积1.25公顷" in found["plots"]
    assert "在建1个" in found["projects"]
    assert found["inventory"] == found["carbon"] == found["scores"] == ""


def test_the_inventory_that_counts_is_stated_as_it_was_filed(people):
    first = to_filed(make_inventory(people, year=2025), people)
    report = make_report(people, district=first.district)
    content = first.frozen["content"]
    words = said(report)["inventory"]
    assert words.startswith(f"2025年度碳排放清单核算的排放总量{fixed(Decimal(content['total']), grouped=True)}tCO₂e，")
    assert f"单位面积{content['per_m2_kg']}kgCO₂e/m²" in words
    assert f"建筑运行{fixed(Decimal(content['sectors']['building']), grouped=True)}tCO₂e、" in words
    assert words.endswith("tCO₂e（扣减）")
    assert "产业" not in words, "it counts in no total"
    CarbonInventory.objects.create(district=first.district, year=2025, edition=2, opened_at=NOW)
    assert said(report)["inventory"] == words, "a correction that is not filed counts nowhere"


def test_the_draft_fills_empty_sections_and_leaves_what_was_written(preparer, people, report):
    record(people, report.district, "mechanisms")
    page = url("yearly_report_text", report)
    assert preparer.post(page, {"people": "已写的文字（虚构）。", "take": "draft", "version": "0"}).status_code == 302
    text = stored(report)
    assert text["people"] == "已写的文字（虚构）。"
    assert "（管理机制数据，2026年2月2日取自平台）。" in text["mechanisms"]
    assert "digital" not in text, "nothing is on record, so nothing is written"
    again = preparer.post(page, {"take": "draft", "version": str(version(report))}, follow=True)
    assert "没有可以起草的空白章节" in text_of(again)


def test_a_figure_that_changed_is_told_and_renewed_by_one_click(preparer, people, report):
    entry, page = record(people, report.district, "trainings"), url("yearly_report_text", report)

    def stale():
        report.refresh_from_db()
        return stale_in(report, clock.today())

    preparer.post(page, {"insert": "people:trainings", "version": "0"})
    assert stale() == []
    TrainingSession.objects.filter(pk=entry.pk).update(attended=45)
    [(section, words)] = stale()
    assert (section, "现为：举办培训1次，参加45人次" in words) == ("people", True)
    for shown in (page, url("yearly_report", report)):
        assert "数字已变化" in text_of(preparer.get(shown))
    preparer.post(page, {"people": stored(report)["people"], "insert": "people:trainings", "version": version(report)})
    assert stale() == []
    assert stored(report)["people"].count("培训数据") == 1
    refused = preparer.post(page, {"insert": "digital:platforms", "version": version(report)})
    assert lacking(refused, "平台现在没有这项数据") == (409, [])


def test_last_years_text_is_taken_over_where_it_was_received(preparer, people, report):
    make_report(people, year=2024, district=report.district, text={"plan": "明年接通能源站（虚构）。"})
    page = url("yearly_report_text", report)
    for status in ("filed", "received"):
        YearlyReport.objects.filter(year=2024).update(status=status)
        assert ("2024年度文字" in text_of(preparer.get(page))) is (status == "received")
    preparer.post(page, {"take": "all", "version": "0"})
    assert stored(report) == {"plan": "明年接通能源站（虚构）。"}
    assert COPIED in text_of(preparer.get(url("yearly_report", report)))
    answer = preparer.post(page, {"field": "plan", "plan": "明年扩建能源站（虚构）。", "version": "1"}, headers=HTMX)
    assert (answer["X-Version"], "<ins>" in text_of(answer)) == ("2", True)
    assert COPIED not in text_of(preparer.get(url("yearly_report", report)))


@pytest.mark.parametrize("number", [1, 3])
def test_each_section_that_is_last_years_to_the_letter_is_told(people, report, number):
    last = {section.key: f"{section.title}照旧（虚构）。" for section in SECTIONS[:number]}
    make_report(people, year=2024, district=report.district, text=last, status="received")
    assert copied_in(report) == [], "nothing is written yet"
    report.text = {**{key: f" {text}\n" for key, text in last.items()}, SECTIONS[number].key: "今年的文字（虚构）。"}
    assert [key for key, _ in copied_in(report)] == list(last)


def test_two_people_at_one_section_lose_nothing(preparer, people, report):
    page = url("yearly_report_text", report)
    assert preparer.post(page, {"plan": "甲的文字（虚构）", "version": "0"}).status_code == 302
    assert lacking(preparer.post(page, {"plan": "乙的文字（虚构）", "version": "0"}), "乙的文字（虚构）") == (409, [])
    auto = preparer.post(page, {"field": "plan", "plan": "丙的文字（虚构）", "version": "0"}, headers=HTMX)
    assert lacking(auto, "对方的：甲的文字（虚构）", "用我的")[1] == [], "what was typed stays in its field"
    assert stored(report) == {"plan": "甲的文字（虚构）"}
    refuses(Stale, services.save_text, report=report, key="plan", text="丁", version=0, by=people.consultant)
    assert services.save_text(report=report, key="plan", text="甲的文字（虚构）", version=0, by=people.consultant) == 1


def test_too_long_a_section_is_refused_and_stays_typed(preparer, people, report):
    typed = "字" * (LONGEST + 1)
    answer = preparer.post(url("yearly_report_text", report), {"overview": typed, "plan": "能留下的（虚构）", "version": "0"})
    assert lacking(answer, typed, f"现有{LONGEST + 1}字") == (409, [])
    assert stored(report) == {"plan": "能留下的（虚构）"}
    for key, text in (("nothing", "x"), ("overview", typed)):
        refuses(Refused, services.save_text, report=report, key=key, text=text, version=1, by=people.preparer)


def test_what_was_typed_after_the_hand_up_can_be_copied(preparer, people, report):
    YearlyReport.objects.update(status="signing")
    for more in ({}, {"take": "draft"}, {"insert": "overview:plots"}):
        answer = preparer.post(url("yearly_report_text", report), {"overview": LONG, "version": "0", **more})
        assert lacking(answer, LONG) == (410, [])
    refuses(Closed, services.save_text, report=report, key="plan", text="x", version=0, by=people.preparer)
    assert stored(report) == {}


def test_who_reads_and_who_writes(client, people, report):
    write(report, people, overview="只给本城区看的（虚构）。")
    for seat, user in people.everybody.items():
        with nullcontext() if seat in WRITERS else pytest.raises(NotAllowed):
            services.save_text(report=report, key="plan", text=seat, version=version(report), by=user)
    client.force_login(people.reviewer)
    shown = text_of(client.get(url("yearly_report_text", report)))
    assert ("只给本城区看的（虚构）" in shown, "<textarea" in shown, "平台数据，现在的数字" in shown) == (True, False, False)
    client.logout()
    assert client.post(url("yearly_report_text", report), {"field": "plan"}, headers=HTMX).status_code == 401


def test_a_report_written_here_needs_no_file_and_is_frozen_as_filed(officer, people, report):
    services.save(report=report, figures=OPERATION, note="", verifier="", version=0, by=people.preparer)
    write_all(report, people)
    write(report, people, plan="  ")
    refuses("缺少“运营工作报告”", step, report, "hand_up", people.preparer)
    write(report, people, plan="明年扩建能源站（虚构）。")
    step(report, "hand_up", people.preparer)
    step(report, "sign", people.reviewer)
    page = url("yearly_report", report)
    assert text_of(officer.get(page)).count("明年扩建能源站（虚构）。") == 2, "as it is, and as it was filed"
    step(report, "return", people.city_officer, reason="请说明能耗口径")
    write(report, people, plan="改后的文字（虚构）。")
    assert lacking(officer.get(page), "明年扩建能源站（虚构）。", "改后的文字（虚构）。")[1] == ["改后的文字（虚构）。"]


def test_the_paper_says_what_the_page_says_to_those_who_read_it(people, report):
    services.save(report=report, figures=OPERATION, note="平稳运行（虚构）", verifier="", version=0, by=people.preparer)
    write_all(report, people)
    write(report, people, effect="## 能耗\n- 建筑\n\n| 项目 | 数值 |\n| --- | --- |\n| 电 | 12 |")
    page = url("yearly_report", report)
    apart = ("年度自查", "绿色生态建设自评估报告由年度自查满足，本平台理解", "自评估报告", "没有附件")
    assert missing("operation_report", people.preparer, report.pk, page, apart=(*apart, "报送后编号")) == []  # a paper has no notes
    refuses(Refused, paper, "operation_report", people.city_officer, report.pk)
    step(report, "hand_up", people.preparer)
    step(report, "sign", people.reviewer)
    told = paper("operation_report", people.city_officer, report.pk)
    assert all(squeezed(one.title) in told for one in SECTIONS)
