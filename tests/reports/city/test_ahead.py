"""存在问题 and 下一步工作: the open duties of the day's page with owner, ground and day; in three states."""

import datetime as dt
import re
from collections import Counter

import pytest

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.policy.duty_table import CLIMBING, OF_CITY, duty_kind
from obligations.selectors import in_sight
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.asked import CityAsked, NextWork
from reports.city.figures.whole import CITY_REPORT, CityReport, city_report, part_key
from reports.city.sections.ahead import problems, together
from reports.closings.models import FrozenFigures
from reports.composition.blocks import PaperTable
from reports.composition.services import texts_of
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.reports.annual.worlds import eventful_year
from tests.reports.city.test_closed_year import close

pytestmark = pytest.mark.django_db
DAY, YEAR = dt.date(2027, 5, 31), 2026
JUNE = at(2027, 6, 3)
LATE = NextWork("self_check", "补报2026年度自查", "甲城", "甲公司", "八（二）", dt.date(2027, 3, 31), True, True)

made = once(eventful_year)
world = copy_of("made")


@pytest.fixture
def report(world):
    with clock.at(JUNE):
        found = city_report(YEAR, clock.today(), demo=True)
        assert found.asked.work
        return found


def printed(report, edition=ReportEdition.INTERNAL):
    with clock.at(JUNE):
        return city_composition(report, edition)


def tables_of(paper):
    return {one.key: one for _, one in paper.under_headings() if isinstance(one, PaperTable)}


def test_the_work_is_what_the_page_of_duties_has_on_that_day(world, report):
    with clock.at(at(2027, 5, 31)):
        seen = [row for row in in_sight(Viewer(world[0].city_officer)) if row.district_id in report.stood.by_district and row.is_open]
        listed = [row for row in seen if not row.is_watch and duty_kind(row.kind).rungs in {CLIMBING, OF_CITY}]
    assert Counter((one.kind, one.district, one.owner, one.due, one.late) for one in report.asked.work) == Counter(
        (row.kind, row.district, row.organisation, row.due, row.is_overdue(DAY)) for row in listed
    )
    assert {one.late for one in report.asked.work} == {True, False}
    shown = tables_of(printed(report))["work"]
    assert all(row[1] and row[2] and row[3] and row[4] for row in shown.rows)
    assert f"城区尚未办结的事项{len(report.asked.work)}项" in "".join(texts_of(printed(report)))


def test_a_day_by_a_term_that_is_not_confirmed_is_printed_with_its_mark(report):
    assert {one.late for one in report.asked.work if one.unconfirmed} == {True, False}
    dues = {*(one.due for one in report.asked.work if one.unconfirmed), *(line.due for line in report.checks.lines if line.is_default)}
    naming = re.compile("|".join(f"期限{day_in_words(day)}|于{day_in_words(day)}前" for day in dues))
    named = [one for one in re.split("[。；]", "。".join(texts_of(printed(report)))) if naming.search(one)]
    assert (bool(named), [one for one in named if "拟定" not in one]) == (True, [])
    assert all(str(row[4]).endswith("（期限为拟定）") for row in tables_of(printed(report))["duties"].rows)
    proposed = {(one.what, day_in_words(one.due)) for one in report.asked.work if one.unconfirmed}
    rows = tables_of(printed(report))["work"].rows
    assert {(row[0], row[4].removesuffix("（拟）")) for row in rows if str(row[4]).endswith("（拟）")} == proposed
    assert {one.due for one in report.asked.work if not one.unconfirmed} == {row[4] for row in rows if isinstance(row[4], dt.date)}


def test_who_has_filed_late_is_not_asked_and_what_is_missing_is_asked_once(report):
    missing = {line.district for line in report.checks.lines if "missing" in line.counts}
    assert {one.district for one in report.asked.work if one.what == f"补报{YEAR}年度自查"} == missing


def test_problems_are_the_figures_of_the_other_parts(report):
    shown = {row[1]: row[2] for row in tables_of(printed(report))["problems"].rows}
    assert shown["年度自查逾期未办（期限为拟定）"] == report.figures["check_overdue"].value == 1
    assert shown["检查问题未销号"] == report.figures["findings_open"].value == 2
    assert 0 not in shown.values()
    assert "整改逾期未办" not in shown


def test_the_same_work_of_one_day_is_one_row():
    others = [LATE._replace(district=f"{name}城", owner="甲公司") for name in "乙丙"]
    coming = LATE._replace(what="报送2027年度自查", due=dt.date(2028, 3, 31), late=False)
    assert list(together((LATE,))) == [("补报2026年度自查", "甲城", "甲公司", "八（二）", "2027年3月31日（拟）", "已过期")]
    assert [row[1:3] + row[5:] for row in together((LATE, *others, coming))] == [
        ("甲城、乙城、丙城", "甲公司", "已过期"),
        ("甲城", "甲公司", "未到期"),
    ]


def test_without_work_and_problems_the_part_says_so(report):
    report.asked = CityAsked(None, ())
    for key, figure in report.figures.items():
        report.figures[key] = type(figure)(figure.key, figure.label, figure.unit, ())
    assert list(problems(report, ())) == []
    said = "".join(texts_of(printed(report)))
    assert "截至2027年5月31日没有城区尚未办结的事项。" in said
    stood = f"其中检查问题、评审意见、土地与项目截至{day_in_words(report.stood.on)}。"
    assert "截至2027年5月31日，没有下列问题：整改和意见答复以外的城区应报事项逾期未办、控制项不满足、" in said
    assert f"、重点项目晚于计划；{stood}" in said


def test_the_edition_handed_on_and_years_closed_before_have_no_such_part(world):
    with clock.at(JUNE):
        close(world[0])
        papers = [printed(city_report(YEAR, clock.today(), demo=True), edition) for edition in ReportEdition]
        kept = FrozenFigures.objects.get(key=CITY_REPORT, part=part_key("asked", demo=True))
        FrozenFigures.objects.filter(pk=kept.pk).update(data=kept.data | {"values": {"next_check": "2028-03-31"}})
        old = city_report(YEAR, clock.today(), demo=True)
        papers.append(printed(old))
    assert ["下一步工作" in "".join(texts_of(one)) for one in papers] == [True, False, False]
    assert old.asked == CityAsked(dt.date(2028, 3, 31))
    assert "督促1个逾期未报的年度自查补报或说明原因" in "".join(texts_of(papers[2]))
    assert "督促1个逾期未报" not in "".join(texts_of(papers[0]))
    stood = ["本部分为核定时存入的内容，没有按统计日期重新计算。" in "".join(texts_of(one)) for one in papers]
    assert stood == [False, False, True], "older closings kept the records of the moment"


def test_a_city_without_titles_has_no_work(world):
    with clock.at(JUNE):
        assert CityReport(YEAR, clock.today(), demo=False).asked.work == ()
