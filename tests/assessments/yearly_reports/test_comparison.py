"""Figures of an operation report beside those of the portal on the last day of the year: compared, explained or brought up to date."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.self_checks.report import LiveFigure, dated
from assessments.self_checks.selectors.stocks import plots_words
from assessments.yearly_reports import services
from assessments.yearly_reports.comparison import compare, numbers_in
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.comparison import comparison_of
from districts.plots.models import Plot
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from reports.annual import sentences, tables
from reports.annual.figures import figures_of
from tests.assessments.browsing import lacking, text_of, url
from tests.assessments.yearly_reports.test_yearly_reports import OPERATION, make_report
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import PlotFactory
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.refusing import refuses
from tests.reports.matters.test_papers import paper
from tests.reports.matters.worlds import squeezed
from tests.steps import step

cast = once(make_cast)
people = copy_of("cast")
DAY, LATER = dt.date(2025, 12, 31), dt.date(2026, 1, 15)
PLOTS = LiveFigure("plots", "地块", frozenset({"overview"}), lambda _about, _today: "")
WHY = "年末交地两块，台账后补（虚构）"
COUNT = st.integers(0, 5000)
TOTALS = st.fixed_dictionaries({
    "plots": st.integers(1, 5000), "area": st.decimals(0, 9999, places=2), "buildable": COUNT, "acquired": COUNT, "built": COUNT,
    "failing": COUNT,
})  # fmt: skip
NAMES = {
    "plots": "地块", "area": "用地面积（地块）", "buildable": "可建设（地块）", "acquired": "已出让或划拨（地块）",
    "built": "建成且符合（地块）", "failing": "建成但不符合（地块）",
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "found"), [
    ("截至2025年12月31日近期重点项目4个：在建1个、投用3个；投资合计201,600.00万元（缺1个）",
     {"近期重点项目": "4", "在建": "1", "投用": "3", "投资合计": "201600.00", "缺": "1"}),
    ("2025年地块取得13个、开工0个；截至2025年12月31日可建设地块42个，建筑面积20,000.00m²，其中符合绿色生态要求1个",
     {"地块取得": "13", "开工": "0", "可建设地块": "42", "建筑面积": "20000.00", "符合绿色生态要求": "1"}),
    ("2025年建成市政设施1项；截至2025年12月31日市政设施3项，其中主要设施2项、已建成1项，逾期未建成1项",
     {"建成市政设施": "1", "市政设施": "3", "主要设施": "2", "已建成": "1", "逾期未建成": "1"}),
    ("2025年度经核查的年碳排放总量21,345.00tCO₂e，单位建筑面积年碳排放量39.1kgCO₂e/(m²·a)",
     {"经核查的年碳排放总量": "21345.00", "单位建筑面积年碳排放量": "39.1"}),
    ("2025年度碳排放清单核算的排放总量9.50tCO₂e，其中建筑运行10.00tCO₂e、绿地碳汇0.50tCO₂e（扣减）",
     {"碳排放清单核算的排放总量": "9.50", "建筑运行": "10.00", "绿地碳汇": "0.50"}),
])  # fmt: skip
def test_numbers_are_known_by_the_words_before_them(sentence, found):
    assert {name: number.value for name, number in numbers_in(sentence).items()} == {name: Decimal(text) for name, text in found.items()}


@given(stated=TOTALS, recorded=TOTALS)
def test_every_number_that_differs_is_found_and_no_other(stated, recorded):
    text = {"overview": dated("地块", f"截至2025年12月31日{plots_words(stated)}", LATER)}
    found = compare([(PLOTS, f"截至2025年12月31日{plots_words(recorded)}")], text, {})
    unsaid = {"failing"} if not stated["failing"] or not recorded["failing"] else set()  # a sentence leaves out the nought
    differing = {NAMES[key] for key in stated.keys() - unsaid if stated[key] != recorded[key]}
    names = {gap.name for gap in found.gaps}
    assert names - {NAMES["failing"]} == differing - {NAMES["failing"]}
    assert names >= differing
    assert found.count == len(NAMES) - (not stated["failing"])
    for gap in found.gaps:
        told = compare([(PLOTS, plots_words(recorded))], text, {gap.key: WHY})
        assert [one.said for one in told.gaps if one.key == gap.key] == [WHY]
        assert len(told.unexplained) == len(found.gaps) - 1


def test_a_number_under_other_words_is_asked_for_where_the_portal_has_no_such_number():
    now = "截至2025年12月31日地块47个，用地面积114.28公顷"
    kept, moved = (compare([(PLOTS, now)], {"effect": dated("地块", f"全区共有各类地块{n}宗", LATER)}, {}) for n in (47, 42))
    assert (kept.count, kept.gaps) == (1, ())
    [gap] = moved.gaps
    assert (gap.section, gap.stated, gap.recorded, gap.difference) == ("effect", "42宗", "没有这一项", "—")


def test_equal_numbers_of_another_year_differ():
    now, last = ("截至2025年12月31日地块47个", "截至2024年12月31日地块47个")
    [gap] = compare([(PLOTS, now)], {"overview": dated("地块", last, LATER)}, {}).gaps
    assert (gap.name, gap.stated, gap.recorded) == ("年度（地块）", "2024年", "2025年")


def test_an_explanation_holds_for_the_two_numbers_that_it_was_given_for():
    text = {"overview": dated("地块", "地块42个", LATER)}
    [gap] = compare([(PLOTS, "地块47个")], text, {}).gaps
    explained = {gap.key: WHY}
    assert (gap.difference, compare([(PLOTS, "地块47个")], text, explained).unexplained) == ("-5个", ())
    assert len(compare([(PLOTS, "地块48个")], text, explained).unexplained) == 1


def built(district, **kw):
    return PlotFactory(district=district, acquisition="grant", **{"acquired_on": dt.date(2025, 6, 1), **kw})


@pytest.fixture
def report(people):
    """An operation report drafted from the portal, which lacks nothing to be handed up."""
    made = make_report(people)
    built(made.district)
    services.draft(report=made, version=0, by=people.preparer)
    made.refresh_from_db()
    for key in ("mechanisms", "people", "digital", "carbon", "effect", "plan"):
        if not made.text.get(key):
            services.save_text(report=made, key=key, text="已开展（虚构）。", version=made.text_version, by=people.preparer)
            made.refresh_from_db()
    services.save(report=made, figures=OPERATION, note="", verifier="", version=0, by=people.preparer)
    made.refresh_from_db()
    return made


def names(report):
    report.refresh_from_db()
    return {gap.name for gap in comparison_of(report, clock.today()).unexplained}


def explain(report, people):
    report.refresh_from_db()
    told = {gap.key: WHY for gap in comparison_of(report, clock.today()).gaps}
    services.save(report=report, figures=OPERATION, note="", verifier="", version=report.version, by=people.preparer, explained=told)


ONE_MORE = {"地块", "用地面积（地块）", "可建设（地块）", "已出让或划拨（地块）", "地块取得（当年地块）", "可建设地块（当年地块）"}


def test_the_report_states_the_last_day_of_the_year_and_hears_of_what_was_entered_for_it_later(report):
    assert "截至2025年12月31日地块1个，用地面积1.25公顷，其中可建设1个；已出让或划拨1个" in report.text["overview"]
    Plot.objects.update(started_on=dt.date(2026, 1, 9))
    assert names(report) == set(), "what happened after the year is no difference"
    built(report.district)
    assert names(report) == ONE_MORE


def test_the_district_is_told_what_to_explain_and_the_city_reads_it(report, people, client):
    built(report.district)
    page = url("yearly_report", report)
    client.force_login(people.preparer)
    shown = text_of(client.get(page))
    assert "按平台记录的2025年12月31日的地块、重点项目、市政设施和2025年度碳排放比较" in shown
    refuses("可建设（地块）报告为1个，平台为2个：请更新正文中的数字，或者填写说明", step, report, "hand_up", people.preparer)
    gaps = comparison_of(report, clock.today()).gaps
    typed = {gap.field: WHY for gap in gaps} | {"version": str(report.version), **OPERATION}
    assert all(f'id="id_{gap.field}"' in client.get(page).content.decode() for gap in gaps)
    assert client.post(url("yearly_report_save", report), typed | {gaps[0].field: "长" * 501}).status_code == 422
    assert client.post(url("yearly_report_save", report), typed).status_code == 302
    assert names(report) == set()
    step(report, "hand_up", people.preparer)
    step(report, "sign", people.reviewer)
    client.force_login(people.city_officer)
    assert lacking(client.get(page), "与平台数据的比较", "6项不同", "1.25公顷", "-1.25公顷", WHY) == (200, [])
    [kept] = TransitionRecord.objects.filter(action="sign").values_list("facts", flat=True)
    assert {gap["said"] for gap in kept["filed"]["gaps"]} == {WHY}
    told = paper("operation_report", people.city_officer, report.pk)
    assert all(squeezed(words) in told for words in ("与平台数据的比较", "按平台记录的2025年12月31日", "可建设（地块）", "-1个", WHY))


def test_a_figure_brought_up_to_date_needs_no_explanation(report, people):
    built(report.district)
    for figure in ("plots", "plots_of_year"):
        report.refresh_from_db()
        services.insert_figure(report=report, key="overview", figure=figure, version=report.text_version, by=people.preparer)
    assert names(report) == {"地块取得（当年地块）", "可建设地块（当年地块）"}, "the same figure stands in another section"
    report.refresh_from_db()
    services.insert_figure(report=report, key="effect", figure="plots_of_year", version=report.text_version, by=people.preparer)
    assert names(report) == set()
    step(report, "hand_up", people.preparer)


def test_what_moved_since_is_not_received_until_it_is_explained(report, people, officer):
    step(report, "hand_up", people.preparer)
    step(report, "sign", people.reviewer)
    built(report.district)
    assert lacking(officer.get(url("yearly_report", report)), "未说明", "请退回补充") == (200, [])
    refuses("可建设（地块）报告为1个，平台为2个，城区没有说明", step, report, "receive", people.city_officer)
    step(report, "return", people.city_officer, reason="请说明差额")
    explain(report, people)
    step(report, "hand_up", people.preparer)
    built(report.district)
    refuses("平台为3个", step, report, "sign", people.reviewer)
    step(report, "send_back", people.reviewer, reason="数字有变")
    explain(report, people)
    for action, by in (("hand_up", people.preparer), ("sign", people.reviewer), ("receive", people.city_officer)):
        step(report, action, by)
    built(report.district)
    assert lacking(officer.get(url("yearly_report", report)), "3.75公顷", "5.00公顷")[1] == ["5.00公顷"], "as it was received"


def annual(report):
    return sentences.operation_gaps(figures_of(report.district, 2025, clock.today()))


def gaps_printed(report):
    """Rows of the table below that sentence."""
    return tables.operation_gaps(figures_of(report.district, 2025, clock.today())).rows


def test_the_annual_report_names_what_differs_from_its_own_figures(report, people):
    for action, by in (("hand_up", people.preparer), ("sign", people.reviewer), ("receive", people.city_officer)):
        step(report, action, by)
    with clock.at(at(2026, 3, 2)):
        assert annual(report) == ""
        built(report.district)
        assert annual(report).startswith("运营工作报告有6项数字与平台2025年12月31日的记录不同")
        [told] = [row for row in gaps_printed(report) if row[0] == "可建设（地块）"]
        assert told[1:] == ("1个", "2个", None)


def test_a_report_received_before_the_rule_is_shown_unexplained_and_stops_nothing(report, people, officer):
    built(report.district)
    YearlyReport.objects.update(status="received", received_at=clock.now())
    assert lacking(officer.get(url("yearly_report", report)), "6项不同", "未说明") == (200, [])
    assert squeezed("未说明") in paper("operation_report", people.city_officer, report.pk)
    assert "均未说明原因" in annual(report)
    assert len(gaps_printed(report)) == len(ONE_MORE)
