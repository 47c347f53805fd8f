"""The first page of a district's report: result against last year, plan and the others; where the gap comes from; what is late."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.comparison import FigureGap
from greendistrict.core import clock
from reports.annual import figures, tables
from reports.annual.documents import district_composition
from reports.annual.figures import ENOUGH
from reports.annual.figures.gap import ClauseGap, ScoreGap
from reports.annual.scorecard import behind, gap, late, outcome, place, scorecard
from reports.annual.sections import chapters
from reports.annual.sentences import duties, operation_gaps
from reports.composition.blocks import PaperTable
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.reports.world import many_districts

pytestmark = pytest.mark.django_db
NOW = at(2027, 5, 20)


def year():
    people = cast()
    return people, many_districts(people)[0]


made = once(year)
world = copy_of("made")


@pytest.fixture
def found(world):
    with clock.at(NOW):
        return figures.report_figures(SelfCheck.objects.get(pk=world[1].pk), clock.today())


def scored(found, **changes):
    return replace(found, scores=replace(found.scores, **changes))


def test_its_page_stands_first_and_has_the_totals_of_the_later_tables(found):
    paper = district_composition(found)
    tables = {block.key: block for _, block in paper.under_headings() if isinstance(block, PaperTable)}
    rows = {row[0]: row[2:] for row in tables["scorecard"].rows}
    chapters = {row[0]: (row[4] if row[4] is not None else row[2], row[5], row[6]) for row in tables["chapters"].rows}
    assert {name: rows[name][:3] for name in chapters} == chapters
    _, _, total, _, _, before, planned = tables["chapters"].total
    assert rows["总分"][:3] == (total, before, planned)
    plots = [row for name, row in rows.items() if "地块" in name]
    assert [row[2:] for row in plots] == [(None, None)] * 2, "all buildable plots are no plan of the year"
    assert paper.blocks[0].text == "一、年度评估概览"


@pytest.mark.parametrize(
    ("total", "before", "planned", "said"),
    [
        ("70", "60", "80", "总分70.00分，比上年高10.00分，比预期（规划得分）低10.00分。"),
        ("70", "70", "70", "总分70.00分，与上年相同，与预期（规划得分）相同。"),
        ("70", None, None, "总分70.00分，上年得分无记录，没有预期（规划得分）可以比较。"),
        (None, "60", "80", "2026年度自查未能计算总分。"),
    ],
)
def test_the_result_is_told_against_last_year_and_the_plan(found, total, before, planned, said):
    values = {
        name: None if text is None else Decimal(text)
        for name, text in (("total", total), ("previous_total", before), ("planned_total", planned))
    }
    assert outcome(scored(found, **values).scores).endswith(said)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_place_among_others_is_told_from_three_on_and_names_nobody(found, count):
    others = replace(scored(found, total=Decimal(60)), totals=tuple(map(Decimal, (80, 60, 50, 40)))[:count])
    if count < ENOUGH:
        assert place(others) == ""
    else:
        middle = "60.00" if count == ENOUGH else "55.00"
        assert place(others) == f"在已接收2026年度自查的{count}个城区中居第2位，各城区总分的中位数为{middle}分。"


def test_the_gap_is_told_by_state_with_its_clauses_and_the_district_s_reason(found):
    item = found.scores.items[-1]
    clauses = (ClauseGap(item.id, item.title, "未启动", Decimal(6)), ClauseGap("9.9", "乙", "超出预期", Decimal(-2)))
    told = scored(found, gap=ScoreGap(Decimal(4), clauses), items=(replace(item, reason="招标延后。"),))
    assert gap(told.scores) == (
        f"与预期的差距4.00分中，未启动的条文6.00分，超出预期的条文抵2.00分。分数最多的条文：{item.id} {item.title}（未启动，6.00分）。"
        f"本城区对{item.id}说明：“招标延后”（自评分表）。"
    )
    assert gap(scored(found, gap=None).scores) == gap(scored(found, gap=ScoreGap(Decimal(-1), ())).scores) == ""


def test_what_is_late_is_named(found):
    due, [duty] = dt.date(2027, 3, 31), [row for row in found.coming.duties if row.kind == "self_check"]
    told = {
        met: late(replace(found, coming=replace(found.coming, duties=(duty._replace(met_on=met, due=due, is_recorded=True),))))
        for met in (dt.date(2027, 3, 1), dt.date(2027, 4, 1), None)
    }
    words = ["没有逾期的事项", f"逾期报送1项：{duty.title}（期限为拟定）", f"逾期未办1项：{duty.title}（期限为拟定）"]
    assert list(told.values()) == [f"截至2027年5月20日，2026年度应报事项1项，{one}。" for one in words]
    assert late(replace(found, coming=replace(found.coming, duties=()))) == ""


def test_what_was_never_entered_is_no_zero(found):
    land = replace(found.land, projects=(), works=(), slips=(), late_works=(), totals=dict.fromkeys(found.land.totals, 0))
    bare = replace(found, land=land)
    assert behind(bare) == "没有登记近期重点项目；没有登记市政设施。"
    [table] = [block for block in scorecard(bare) if isinstance(block, PaperTable)]
    assert {row[0]: row[2:5] for row in table.rows}["已出让或划拨地块"] == (None, None, None)
    bare.district.applicant_id = None
    assert behind(bare) == ""


def test_without_a_score_the_page_says_why(found):
    first, *_ = scorecard(replace(found, scores=None))
    assert first.text.endswith("没有得分。")


@pytest.mark.parametrize("score", ["50", "40", "60"])
def test_a_chapter_is_told_against_last_year_and_the_plan_with_what_falls_short_and_why(found, score):
    chapter = replace(found.scores.chapters[0], bonus=False, score=Decimal(score), previous=Decimal(40), planned=Decimal(60))
    plain = next(item for item in found.scores.items if item.chapter == chapter.key and item.kind != "control")
    item = replace(plain, state="已填", most="9", gap=Decimal(2), basis="预期", aim="9分", reason="招标延后。", evidence=3)
    out = replace(plain, id="9.9", state="不参评", gap=None)
    [_, said] = chapters(scored(found, chapters=(chapter,), items=(item, out)))
    beside = {"50": "比上年高10.00分，比预期低10.00分", "40": "与上年相同，比预期低20.00分", "60": "比上年高20.00分，与预期相同"}[score]
    assert said.text == (
        f"本章得{score}.00分，{beside}。参评条文1项，不参评1项，佐证材料3件。"
        f"低于年度目标、目标路径或预期的1项：{item.id} {item.title}（差2.00分）。城区对{item.id}说明：“招标延后”（自评分表）。"
    )
    [_, none] = chapters(scored(found, chapters=(chapter,), items=(out,)))
    assert none.text == "本章条文1项均不参评，没有得分。"


def test_what_is_owed_is_told_by_state_with_the_day_of_what_is_open(found):
    duty = next(row for row in found.coming.duties if row.kind == "self_check")
    rows = (duty._replace(met_on=dt.date(2027, 3, 1)), duty._replace(met_on=None, due=dt.date(2027, 3, 31)))
    said = duties(replace(found, coming=replace(found.coming, duties=rows)))
    assert said.startswith("2026年度应报2项：")
    assert f"{duty.title}（期限2027年3月31日）" in said
    assert said.count("期限2027") == 1


def test_figures_of_the_operation_report_that_differ_are_counted_and_stand_in_a_table(found):
    gaps = (FigureGap("地块", "地块", "42个", "45个", "-3个", "测绘口径不同"), FigureGap("地块", "可建设", "37个", "40个", "-3个"))
    told = replace(found, operation_gaps=gaps)
    assert operation_gaps(told).endswith("的记录不同，其中1项已说明原因。")
    assert [row[1:] for row in tables.operation_gaps(told).rows] == [("42个", "45个", "测绘口径不同"), ("37个", "40个", None)]
    assert operation_gaps(replace(found, operation_gaps=())) == ""


def test_the_score_table_has_last_year_plan_and_rate_of_each_clause(found):
    item = replace(found.scores.items[-1], points="3", most="4", previous="1.5", planned="4", state="已填")
    [table] = [
        block for _, block in district_composition(scored(found, items=(item,))).under_headings() if getattr(block, "key", "") == "clauses"
    ]
    assert [column.title for column in table.columns[3:8]] == ["得分", "满分", "得分率", "上年", "预期"]
    assert table.rows[0][3:8] == (Decimal(3), Decimal(4), Decimal("75.0"), Decimal("1.5"), Decimal(4))
