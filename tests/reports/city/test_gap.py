"""The gap to the planning scores: by district, by clause and state; its parts add up to it in each format and edition."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.tables.models import ScoreRow
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from reports.annual.figures.gap import ClauseGap, ScoreGap
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.gap import GapSums
from reports.city.figures.whole import CITY_REPORT, city_report, part_key
from reports.city.sections import sentences
from reports.closings.models import FrozenFigures
from reports.closings.services import open_due
from reports.composition.blocks import PaperTable
from reports.composition.services import texts_of
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.received import at, received_self_check
from tests.reports.closings.world import close_year
from tests.reports.world import behind

pytestmark = pytest.mark.django_db
NOW, YEAR = at(2027, 5, 20), 2026


def short_of_plan(people, code):
    """A received self-check below the planning score by three clauses, one in each state of building."""
    district = make_district(people, name=f"演示{code}城（虚构）", code=code, stage="pilot", key_areas=["五个新城"])
    planned = received_self_check(people, district=district, year=YEAR - 1).table

    def change(check):
        check.table.planned = planned
        check.table.save()
        rows = {row.item_id: row for row in ScoreRow.objects.filter(table=check.table)}
        behind(rows)
        write_columns(list(rows.values()), ["value", "build_state"])

    return received_self_check(people, district=District.objects.get(pk=district.pk), year=YEAR, change=change)


def year():
    people = cast()
    for code in ("jia", "yi", "bing"):
        short_of_plan(people, code)
    return people


made = once(year)
people = copy_of("made")


def tables_of(report, edition):
    return {one.key: one for _, one in city_composition(report, edition).under_headings() if isinstance(one, PaperTable)}


def test_every_sum_is_the_gap_that_stands_beside_totals_and_planning_scores(people):
    with clock.at(NOW):
        report = city_report(YEAR, clock.today(), demo=True)
        inside, outside = (tables_of(report, edition) for edition in ReportEdition)
    ranked = {row[1]: row[5] - row[3] for row in inside["ranking"].rows}
    assert {row[0]: row[1] for row in inside["score_gap"].rows} == ranked
    for row in (*inside["score_gap"].rows, inside["score_gap"].total):
        assert row[1] == sum(row[2:])
        assert min(row[2:5]) > 0
    whole = sum(ranked.values())
    for tables in (inside, outside):
        shown = tables["clause_gap"]
        assert sum(row[3] for row in shown.rows) == shown.total[3] == whole
        assert {(row[1], row[2]) for row in shown.rows[:3]} == {("未启动", 3), ("实施中未达", 3), ("低于预期", 3)}
    assert "score_gap" not in outside
    assert f"3个城区的总分合计比预期低{whole}分" in sentences.gap(report.scores.gap)


def summed(*gaps):
    """The city's gap of districts with these totals below 80 points planned, and clauses."""
    sums = GapSums()
    with clock.at(NOW):
        row = city_report(YEAR, clock.today(), demo=True).scores.rows[0]
    for points, clauses in gaps:
        told = ScoreGap(Decimal(points), tuple(ClauseGap(*one[:3], Decimal(one[3])) for one in clauses))
        sums.add(replace(row, planned_total=Decimal(80), total=80 - told.points, gap=told))
    sums.add(replace(row, gap=None))
    return sums.made()


def test_the_sentence_says_where_the_gap_comes_from_or_that_there_are_too_few(people):
    idle, better = ("5.2.1", "甲", "未启动", "6.00"), ("5.2.2", "乙", "超出预期", "-2.00")
    assert sentences.gap(summed()) == "有总分和预期（规划得分）的自查0个，不足3个，不对全市与预期的差距作结论。"
    assert sentences.gap(summed(("6", [idle]), ("6", [idle]))).startswith("有总分和预期（规划得分）的自查2个，不足3个")
    assert sentences.gap(summed(*[("4.01", [idle, better])] * 3)) == (
        "3个城区的总分合计比预期低12.03分，平均每个低4.01分：未启动的条文占18.00分，超出预期的条文抵6.00分，参评范围、权重不同和尾数+0.03分。"
        "分数最多的条文：5.2.1 甲（未启动，18.00分）。"
    )
    assert sentences.gap(summed(*[("-2", [better])] * 3)) == "3个城区的总分合计比预期高6.00分。"
    assert sentences.gap(summed(*[("0", [])] * 3)) == "3个城区的总分合计与预期相同。"


@pytest.mark.area("reports", "assessments")
def test_a_year_closed_before_has_no_such_section(people):
    with clock.at(at(2027, 6, 3)):
        [closing] = [one for one in open_due(clock.today()) if one.year == YEAR]
        close_year(people, closing)
        papers = ["".join(texts_of(city_composition(city_report(YEAR, clock.today(), demo=True), ReportEdition.INTERNAL)))]
        kept = FrozenFigures.objects.get(key=CITY_REPORT, part=part_key("scores", demo=True))
        del kept.data["values"]["gap"]
        FrozenFigures.objects.filter(pk=kept.pk).update(data=kept.data)
        papers.append("".join(texts_of(city_composition(city_report(YEAR, clock.today(), demo=True), ReportEdition.INTERNAL))))
    assert ["与预期的差距" in one for one in papers] == [True, False]
