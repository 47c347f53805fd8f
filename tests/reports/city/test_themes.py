"""The paragraph of each theme: with much, with too little to conclude, with nothing; who is named in which edition; as closed."""

import datetime as dt
import inspect
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.self_checks.report import dated
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from districts.file.models.parties import RenewalProject
from greendistrict.core import clock
from operation.entries.models import MechanismRecord
from outreach.stories.models import Story
from reports.annual.figures import ENOUGH
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.asked import CityAsked, NextWork
from reports.city.figures.assessments import Held
from reports.city.figures.gap import CityGap, DistrictGap, GapReason
from reports.city.figures.land import COUNTS
from reports.city.figures.operation import CityOperation, CityRenewal, OperationLine, RenewalLine
from reports.city.figures.scores import FailedControl, OwnWords
from reports.city.figures.supervision import CityFinding, OpenOpinion
from reports.city.figures.themes import CarbonPair, CityThemes, StoryTold, YearStood
from reports.city.figures.whole import CITY_REPORT, CityReport, city_report, part_key
from reports.city.sections import operation, pictures, themes
from reports.closings.models import FrozenFigures
from reports.common.own_words import LONGEST, first_sentence, quoted
from reports.composition.blocks import Chart
from reports.composition.services import texts_of
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.reports.city.test_closed_year import close
from tests.reports.fitness import MAKERS_NOTES, SOFTWARE
from tests.reports.world import many_districts

pytestmark = pytest.mark.django_db
NOW, YEAR = at(2027, 5, 20), 2026
DUE = dt.date(2027, 6, 30)
TOLD = ["standing", "kinds", "places", "filed", "aspects", "controls", "compared", "gap_reasons", "assessed", "titles", "plots", "projects",
        "carbon", "carbon_reasons", "operated", "renewed", "inspected", "open_findings", "opinions", "practice",
        "own_problems"]  # fmt: skip

NAMING = ["gap_reasons", "carbon_reasons", "open_findings", "opinions", "own_problems"]


def year():
    people = cast()
    many_districts(people)
    return people


made = once(year)
people = copy_of("made")


@pytest.fixture
def report(people):
    with clock.at(NOW):
        found = city_report(YEAR, clock.today(), demo=True)
        assert all(
            getattr(found, part) is not None for part in ("scores", "asked", "themes", "land", "carbon", "supervision", "assessments")
        )
        assert found.figures
        return found


def told(report, name, *, internal=True):
    """Paragraph of a theme."""
    function = getattr(themes, name, None) or getattr(operation, name)
    return function(report, internal=internal) if "internal" in inspect.signature(function).parameters else function(report)


def test_each_theme_has_a_paragraph_in_both_editions_without_words_of_makers_or_software(report):
    said = {(name, internal): told(report, name, internal=internal) for name in TOLD for internal in (True, False)}
    assert {name for (name, _), words in said.items() if not words} <= {"gap_reasons", "carbon_reasons", "own_problems"}
    outside = [words for (_, internal), words in said.items() if not internal]
    assert [note for note in (*MAKERS_NOTES, *SOFTWARE) if note in " ".join(outside)] == []
    assert all(re.fullmatch(r"[^。]+。.*", words) and ".。" not in words and "。。" not in words for words in said.values() if words)
    with clock.at(NOW):
        whole = [" ".join(texts_of(city_composition(report, edition))) for edition in ReportEdition]
    inside, outside = ([name for name in TOLD if told(report, name, internal=at == 0) in paper] for at, paper in enumerate(whole))
    there = [name for name in TOLD if name != "renewed"]  # its part wants a renewal district
    assert (inside, [name for name in inside if name not in outside]) == (there, [name for name in NAMING if told(report, name)])


def trimmed(report, count):
    """The report with the self-checks of so many districts."""
    rows = report.scores.rows[:count]
    totals = {row.district.pk: Decimal(50) for row in rows}
    narrow = tuple(one._replace(districts=count) for one in report.scores.dimensions)
    report.scores = replace(report.scores, rows=rows, before=totals, dimensions=narrow)
    return report


@pytest.mark.parametrize("count", [1, 2, 3])
def test_nothing_is_concluded_from_fewer_than_three(report, count):
    report = trimmed(report, count)
    report.themes = CityThemes({"check_owed": Decimal(2), "check_filed": Decimal(1)}, 2, CarbonPair(count, Decimal(10), Decimal(8)))
    said = " ".join(told(report, name) for name in TOLD)
    assert (count < ENOUGH) is ("不对得分水平和五个方面作结论" in said) is ("不对升降作结论" in said)
    assert ("中位数由高到低" in said, "两年都有核查数的" in said) == (count >= ENOUGH, count >= ENOUGH)
    assert "上年应报2个，已报送1个。" in said, "no share of two"
    assert bool(list(pictures.spread(report))) is (count >= ENOUGH)


def test_the_year_before_stands_beside_each_figure(report):
    before = {"check_owed": 4, "check_filed": 3, "plots": 9, "plots_granted": 5, "plots_built": 2, "projects_late": 3, "inspections": 6}
    report.themes = CityThemes({key: Decimal(value) for key, value in before.items()}, 4)
    line = report.land.lines[0]
    counts = dict(zip(COUNTS, (10, 6, 2, 3, 2, 1), strict=True))
    report.land = replace(report.land, lines=(replace(line, counts=counts, projects=2, works=1), *report.land.lines[1:]))
    plots = themes.plots(report, internal=True)
    assert "可建设地块10个，已取得6个（60.0%），在建2个，建成3个（30.0%），建成的有2个符合指标要求、1个不符合。" in plots
    assert "上年末持有称号的4个城区有可建设地块9个，已取得5个，建成2个。" in plots
    assert plots.endswith(f"请{line.district}对不符合的地块提出整改措施。")
    assert "不符合。" not in themes.plots(report, internal=False)
    assert "上年应报4个，已报送3个（75.0%）。" in themes.filed(report, internal=True)
    [chart] = pictures.plots(report)
    assert [series.values for series in chart.series] == [(10, 6, 3, 2), (9, 5, 2, None)]


def test_causes_are_the_districts_own_words_with_their_source_and_inside_only(report):
    gaps = tuple(DistrictGap(f"{at}", Decimal(1), (Decimal(1),) * 4, Decimal(0)) for at in range(3))
    failed = FailedControl("甲城", "4.1.2", "能耗监测", "不满足", "平台“二期”延后。")
    report.scores = replace(
        report.scores, failed=(failed, failed._replace(district="乙城", reason="")), said=(OwnWords("甲城", "公共停车位不足"),),
        gap=CityGap(gaps, (), (GapReason("5.2.1", "甲城", "未启动招标"),)),
    )  # fmt: skip
    inside, outside = (themes.controls(report, internal=internal) for internal in (True, False))
    assert "甲城对4.1.2 能耗监测说明：“平台‘二期’延后”（2026年度自评分表）。1项次没有说明原因。请甲城、乙城逐项提出整改措施" in inside
    assert (outside.count("甲城"), "不满足的控制项2项次，涉及1条、2个城区。" in outside) == (0, True)
    assert themes.gap_reasons(report) == "甲城对5.2.1说明：“未启动招标”（2026年度自评分表）。"
    assert themes.own_problems(report) == "各城区在2026年度自评报告中说明的主要问题：甲城：“公共停车位不足”。"
    report.scores = replace(report.scores, failed=(), said=(), gap=CityGap((), (), report.scores.gap.reasons))
    assert (themes.gap_reasons(report), themes.own_problems(report)) == ("", "")
    assert "个，参评的控制项没有不满足的" in themes.controls(report, internal=True)
    first, *others = report.scores.rows
    report.scores = replace(report.scores, rows=(replace(first, idle_controls=2), *others))
    assert "个，2项次控制项未启动，不作结论；其余参评的控制项没有不满足的。" in themes.controls(report, internal=True)
    report.scores = replace(report.scores, failed=(failed,))
    assert "2项次控制项未启动，不作结论；不满足的控制项1项次" in themes.controls(report, internal=False)


def test_what_is_asked_names_who_what_and_when_and_few_of_many(report):
    work = NextWork("rectification", "整改", "甲城", "甲公司", "监督检查问题", DUE, False, False)
    late = work._replace(due=dt.date(2027, 1, 5), late=True)
    others = [work._replace(due=DUE + dt.timedelta(days=day)) for day in range(1, 4)]
    report.asked = CityAsked(None, (late, work, work._replace(district="乙城", owner="乙公司"), *others))
    assert themes.asked(report, {"rectification"}) == (
        "请甲城的责任单位办理整改（期限2027年1月5日，已过）；请甲城、乙城的责任单位于2027年6月30日前办理整改；另有3项见下一步工作。"
    )
    report.asked = CityAsked(None, tuple(one._replace(unconfirmed=True) for one in (late, work)))
    assert themes.asked(report, {"rectification"}) == (
        "请甲城的责任单位办理整改（拟定期限2027年1月5日，已过）；请甲城的责任单位于2027年6月30日前办理整改（期限为拟定）。"
    )
    assert themes.asked(report, {"self_check"}) == ""
    report.asked = None
    assert themes.asked(report, {"rectification"}) == ""


def finding(**changes):
    about = {
        "district": "甲城", "number": "JC-2026-0001", "on": DUE, "clause": "5.2.1", "text": "光伏未装", "serious": True, "due": DUE,
        "state": "待整改", "late": False, "of_year": True, "href": "",
    }  # fmt: skip
    return CityFinding(**about | changes)


def test_supervision_tells_what_is_open_and_which_clause_fails_most(report):
    report.asked = CityAsked(None, ())
    closed, old = finding(state="已销号"), finding(of_year=False, clause="6.1", late=True)
    report.supervision = replace(
        report.supervision, inspections=(("甲城", "", DUE, "现场", 3, ""),), findings=(finding(), finding(), closed, old),
        opinions=(OpenOpinion("甲城", "事项", "4.1", "意见", "须修改", "未答复", ""),),
    )  # fmt: skip
    report.themes = CityThemes({"inspections": Decimal(2)})
    assert themes.inspected(report) == "本年监督检查1次（上年2次），发现问题3个，已销号1个。问题最多的是5.2.1，3个。"
    assert themes.open_findings(report) == "未销号的检查问题3个，其中严重3个、逾期1个、以前年度发现的1个。"
    assert themes.opinions(report) == "未销号的评审意见1条，涉及1个城区。"
    report.supervision = replace(report.supervision, findings=(), opinions=())
    assert themes.inspected(report) == "本年监督检查1次（上年2次），没有发现问题。"
    assert (themes.open_findings(report), themes.opinions(report)) == ("没有未销号的检查问题。", "没有未销号的评审意见。")
    report.supervision = replace(report.supervision, inspections=(), findings=(old,))
    assert themes.inspected(report) == "平台没有本年度监督检查的记录。"


def test_assessments_tell_conclusions_and_what_is_to_be_mended(report):
    report.asked = CityAsked(None, ())
    held = Held("甲城", "阶段评估", DUE, "合格", "", "", None, "")
    failed = replace(held, district="乙城", conclusion="不合格", mending="整改中")
    report.assessments = replace(report.assessments, held=(held, failed, replace(held, kind="后评估")))
    assert themes.assessed(report, internal=True) == (
        "本年形成结论的评估和验收3次（上年0次）：阶段评估合格1次、不合格1次，后评估合格1次。提出整改1次，未完成1次（乙城）。"
    )
    assert "乙城" not in themes.assessed(report, internal=False)
    report.assessments = replace(report.assessments, held=())
    report.themes = CityThemes()
    assert themes.assessed(report, internal=True) == "本年度没有形成结论的评估和验收。"


def test_carbon_concludes_of_the_same_districts_only(report):
    lines = [
        replace(
            report.carbon.lines[0], district=name, received=True, total=Decimal(100), per_m2=Decimal(40), target=Decimal(30), state="已接收"
        )
        for name in "甲乙丙"
    ]
    report.carbon, report.asked = replace(report.carbon, lines=tuple(lines)), CityAsked(None, ())
    report.themes = CityThemes({"carbon_received": Decimal(2)}, 3, CarbonPair(3, Decimal(400), Decimal(300)))
    said = themes.carbon(report, internal=False)
    assert "已接收2026年度碳排放核查报告3个（上年2个）。3个城区的年碳排放总量合计300.00 tCO₂e。" in said
    assert "两年都有核查数的3个城区合计比上年减少25.0%。有规划目标可比的3个，单位面积排放高于目标的3个。" in said
    report.carbon = replace(report.carbon, lines=tuple(lines[:2]))
    assert "报告不足3个，不对全市碳排放水平作结论。" in themes.carbon(report, internal=False)


def operation_line(name, **changes):
    about = {
        "received": True, "in_use": Decimal(20), "green": Decimal(15), "before": Decimal(16), "mechanisms": 2, "trainings": 1,
        "trained": 40, "budget": Decimal(100), "used": Decimal(80), "reason": "", "href": "",
    }  # fmt: skip
    return OperationLine(name, **about | changes)


def test_operation_tells_use_mechanisms_trainings_and_funds_and_why_inside_only(report):
    short = operation_line("丙城", mechanisms=1, trainings=0, trained=0, reason="充电设施运维单位尚未确定")
    silent = operation_line(
        "丁城", **dict.fromkeys(("in_use", "green", "before", "mechanisms", "trainings", "trained", "budget", "used")), received=False
    )
    lines = (operation_line("甲城"), operation_line("乙城"), short, silent)
    report.operation = CityOperation(lines, report.operation.figures)
    report.themes, report.asked = CityThemes({"operation_received": Decimal(2)}), CityAsked(None, ())
    outside = operation.operated(report, internal=False)
    assert "已接收2026年度运营工作报告3个（上年2个），其余1个没有已接收的报告，投用面积未计入。" in outside
    assert "3个城区已投入使用的建筑面积合计60.00 万m²，其中绿色建筑45.00 万m²（75.0%）。" in outside
    assert "两年都有报告的3个城区投用面积合计比上年增加25.0%。" in outside
    assert (
        f"登记{operation.RECORDS}任一类记录的城区3个，应建立的两项管理机制（七（三）1）当年记录齐全的2个；举办培训2次，参加80人次。"
        in outside
    )
    assert outside.endswith("登记资金预算和使用的城区3个，预算合计300.00 万元，已使用240.00 万元（80.0%）。")
    inside = operation.operated(report, internal=True)
    assert ("记录齐全的2个，不齐的是丙城；" in inside, "丙城" in outside) == (True, False)
    assert inside.endswith("丙城说明：“充电设施运维单位尚未确定”（2026年度运营工作报告）。")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_operation_of_fewer_than_three_is_not_concluded_about(report, count):
    report.operation = CityOperation(tuple(operation_line(name) for name in "甲乙丙"[:count]), report.operation.figures)
    said = operation.operated(report, internal=False)
    assert ("不对全市运营规模作结论" in said, f"没有城区登记完整的{operation.RECORDS}记录。" in said) == (count > 0, count == 0)
    assert "%" not in said, "no share of two"


def test_streets_and_homes_have_a_part_where_a_renewal_district_holds_a_title(report):
    with clock.at(NOW):
        report.renewal = CityRenewal((), ())
        assert "美丽街区" not in " ".join(texts_of(city_composition(report, ReportEdition.INTERNAL)))
        report.renewal = CityRenewal((RenewalLine("甲城", 0, 0, 0, 0, ""),), ())
        assert "更新城区1个，到核定当日都没有登记美丽街区、美丽家园项目（六（二））。" in operation.renewed(report, internal=True)
        report.renewal = CityRenewal((*report.renewal.lines, RenewalLine("乙城", 2, 1, 2, 1, "")), ())
        report.themes = CityThemes({"renewal_finished": Decimal(0)})
        assert operation.renewed(report, internal=True).endswith(
            "持有称号的更新城区2个，按核定当日的登记，其中1个有美丽街区项目2个、美丽家园项目1个，已开工2个，已完工1个（33.3%）（上年0个）。"
            "其余1个（甲城）没有登记这两类项目。"
        )
        assert "甲城" not in operation.renewed(report, internal=False)
        paper = " ".join(texts_of(city_composition(report, ReportEdition.HANDED_ON)))
    assert ("八、美丽街区和美丽家园" in paper, "甲城" in paper) == (True, False)


def test_operation_counts_what_was_received_and_complete_in_time_and_projects_by_the_snapshot_day(people):
    districts = District.objects.filter(code__in=("ding", "wu")).order_by("code")
    first, second = districts
    for district, day in ((first, dt.date(2027, 5, 1)), (second, dt.date(2027, 6, 20))):
        for mechanism in ("coordination", "evaluation"):
            about = {"mechanism": mechanism, "standing": "done", "lead": "管委会", "basis": "演1号"}
            MechanismRecord.objects.create(district=district, year=YEAR, entered_at=at(2027, 1, 2), counts_since=day, **about)
        moment = dt.datetime.combine(day, dt.time(9), clock.SHANGHAI)
        YearlyReport.objects.create(
            district=district, kind="operation", year=YEAR, status="received", figures={"in_use": "12"}, opened_at=at(2027, 1, 2),
            filed_at=moment, received_at=moment,
        )  # fmt: skip
    District.objects.filter(pk=first.pk).update(type="renewal")
    for name, done in (("沿河街区", dt.date(2026, 6, 1)), ("沿路街区", dt.date(2027, 2, 1))):
        RenewalProject.objects.create(district=first, kind="street", name=name, started_on=dt.date(2026, 1, 5), finished_on=done)
    with clock.at(at(2027, 6, 25)):
        found = city_report(YEAR, clock.today(), demo=True)
        told = {line.district: (line.received, line.in_use, line.mechanisms) for line in found.operation.lines}
        assert (told[first.name], told[second.name]) == ((True, Decimal(12), 2), (False, None, None))
        assert [(line.district, line.projects, line.begun, line.finished) for line in found.renewal.lines] == [(first.name, 2, 2, 1)]
        assert [line.district for line in found.land.lines if line.built == "不适用（更新城区）"] == [first.name]
        assert {key: found.figures[key].value for key in ("operation_received", "operation_mechanisms", "renewal_finished")} == {
            "operation_received": 1, "operation_mechanisms": 1, "renewal_finished": 1,
        }  # fmt: skip


def test_stories_of_the_year_are_told_as_they_were_released_and_stay_so_when_the_year_is_closed(people):
    district = CityReport(YEAR, NOW.date(), demo=True).stood.rows[0].district
    frozen = {"title": "屋面光伏（虚构）", "district": district.name, "dimensions": ["低碳高效"], "summary": "一次建成。"}
    about = {
        "district": district,
        "number": "AL-2026-0001",
        "status": "released",
        "opened_at": at(2026, 3, 1),
        "opened_by": people.preparer,
    }
    story = Story.objects.create(title="改过的标题", released_at=at(2026, 9, 1), frozen=frozen, **about)
    with clock.at(at(2027, 6, 3)):
        [told_story] = city_report(YEAR, clock.today(), demo=True).themes.stories
        assert told_story == StoryTold("AL-2026-0001", "屋面光伏（虚构）", district.name, ("低碳高效",), "一次建成。", dt.date(2026, 9, 1))
        close(people)
        story.delete()
        report = city_report(YEAR, clock.today(), demo=True)
        assert report.themes.stories == (told_story,)
        papers = [" ".join(texts_of(city_composition(report, edition))) for edition in ReportEdition]
        assert all("（一）屋面光伏（虚构）" in paper and "一次建成。" in paper for paper in papers)
        FrozenFigures.objects.filter(key=CITY_REPORT, part=part_key("themes", demo=True))._raw_delete("default")
        before = city_report(YEAR, clock.today(), demo=True)
        assert before.themes == CityThemes()
        assert "经验与典型" not in " ".join(texts_of(city_composition(before, ReportEdition.INTERNAL)))


def test_each_picture_has_a_unit_and_says_where_its_figures_come_from(report):
    years = [YearStood(YEAR - back, 3 - back, 1, Decimal(60)) for back in (2, 1, 0)]
    report.themes = replace(report.themes, years=tuple(years))
    with clock.at(NOW):
        charts = [block for _, block in city_composition(report, ReportEdition.INTERNAL).under_headings() if isinstance(block, Chart)]
    assert {"titles", "medians", "spread", "totals"} <= {chart.key for chart in charts}
    assert all(chart.unit and re.fullmatch(r"资料来源：.*截至\d{4}年\d+月\d+日.*。", chart.source) for chart in charts)
    report.themes = replace(report.themes, years=tuple(years[:1]))
    assert (list(pictures.titles(report)), list(pictures.medians(report))) == ([], []), "one point is no curve"


def test_a_quotation_is_whole_or_cut_after_a_comma():
    assert first_sentence("# 一、问题\n\n停车位不足，建设滞后。其次") == "停车位不足，建设滞后"
    assert (
        first_sentence(dated("未达目标", "未达年度目标1条：原因尚未说明", dt.date(2026, 3, 18)) + "两处屋顶光伏并网推迟。")
        == "两处屋顶光伏并网推迟"
    )
    assert first_sentence("| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |") == ""
    assert quoted("停车位不足。") == "“停车位不足”"
    long = quoted("停车位不足，" * 30)
    assert (long.endswith("不足……”"), len(long) <= LONGEST + 4) == (True, True)
