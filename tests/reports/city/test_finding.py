"""The five sentences of the first page: each where there is something to say, where there is too little, and without a year before."""

import datetime as dt
import zipfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from greendistrict.core import clock
from obligations.filing_words import Filing
from reports.annual.figures import ENOUGH
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.asked import CityAsked
from reports.city.figures.scores import DimensionSpread
from reports.city.figures.standing import figures_of
from reports.city.figures.whole import CITY_REPORT, CityReport, city_report, part_key
from reports.city.sections import sentences, themes
from reports.city.sections.annexes import methods, register_table, year_end_lists
from reports.city.sections.overview import overall, summary
from reports.city.sections.watch import outlook
from reports.city.sources import Reckoning
from reports.closings.models import FrozenFigures
from reports.composition.blocks import Composition, PaperTable
from reports.composition.services import made_of, texts_of
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.reports.city.test_closed_year import close
from tests.reports.world import many_districts

pytestmark = pytest.mark.django_db
NOW, YEAR = at(2027, 5, 20), 2026
LATE = "演示己城（虚构）"
LOW = DimensionSpread("韧性安全", 5, Decimal(40), Decimal(50), Decimal(60), Decimal(48), 4)


def year():
    people = cast()
    many_districts(people)
    return people


made = once(year)
people = copy_of("made")


@pytest.fixture
def report(people):
    """Three received self-checks, one missing, four titles as a year before, one of them without an area."""
    with clock.at(NOW):
        found = city_report(YEAR, clock.today(), demo=True)
        assert found.asked
        assert {"score_median", "titled", "area"} <= found.figures.keys()
        assert len(found.checks.lines) == 4
        return found


def retitled(report, **changes):
    """The report with other titles."""
    report.stood = replace(report.stood, **changes)
    report.figures |= {figure.key: figure for figure in figures_of(report.stood)}
    return report


def rescored(report, rows, before):
    """The report with other scores: totals of this year and of the year before."""
    scored = tuple(replace(report.scores.rows[0], total=None if total is None else Decimal(total)) for total in rows)
    earlier = {number: Decimal(total) for number, total in enumerate(before)}
    report.scores = replace(report.scores, rows=scored, before=earlier)
    sources = tuple(replace(report.figures["score_median"].rows[0], adds=row.total) for row in scored if row.total is not None)
    median = sorted(earlier.values())[len(earlier) // 2] if earlier else None
    report.figures["score_median"] = replace(report.figures["score_median"], rows=sources, before=median, reckoning=Reckoning.MEDIAN)
    return report


def test_titles_and_areas_are_compared_with_the_year_before(report):
    start = "截至2026年12月31日，演示数据中持有称号的绿色生态城区"
    assert sentences.titles(report) == (
        f"{start}4个，其中试点3个、示范1个，与上年持平；规划范围面积合计7.50平方公里（1个未查明，未计入，不与上年比较）。"
    )
    known = tuple(row for row in report.stood.rows if row.area_km2 is not None)
    more = sentences.titles(retitled(report, rows=known, before=known[:1]))
    assert more == f"{start}3个，其中试点2个、示范1个，比上年增加2个；规划范围面积合计7.50平方公里，比上年增加5.00平方公里。"
    assert sentences.titles(retitled(report, rows=known[:1], before=known)).endswith(
        "规划范围面积合计2.50平方公里，比上年减少5.00平方公里。"
    )
    assert sentences.titles(retitled(report, rows=known, before=())).endswith("，上年没有；规划范围面积合计7.50平方公里。")
    unknown = tuple(replace(row, area_km2=None) for row in known)
    assert sentences.titles(retitled(report, rows=known, before=unknown)).endswith("7.50平方公里（上年有未查明的，不与上年比较）。")
    assert sentences.titles(retitled(report, rows=unknown, before=unknown)).endswith("与上年持平；规划范围面积均未查明。")
    assert sentences.titles(retitled(report, rows=(), before=())) == f"{start}0个，上年也没有。"


@pytest.mark.parametrize(
    ("rows", "before", "said"),
    [
        ((60, 70, 80), (60, 65, 70), "已接收2026年度自查3个，总分中位数70分，比上年提高5.00分。"),
        ((60, 70, 80), (60, 75, 80), "已接收2026年度自查3个，总分中位数70分，比上年下降5.00分。"),
        ((60, 70, 80), (60, 70, 80), "已接收2026年度自查3个，总分中位数70分，与上年持平。"),
        ((60, 70, 80), (60, 70), "已接收2026年度自查3个，总分中位数70分；上年有总分的自查2个，不足3个，不作比较。"),
        ((60, 70, 80), (), "已接收2026年度自查3个，总分中位数70分，上年没有可比的得分。"),
        ((60, 70, None), (60, 70, 80), "已接收2026年度自查3个，有总分的2个，不足3个，不对得分水平作结论。"),
        ((), (), "已接收2026年度自查0个，有总分的0个，不足3个，不对得分水平作结论。"),
    ],
)
def test_nothing_is_said_of_scores_where_there_are_too_few(report, rows, before, said):
    assert sentences.scores(rescored(report, rows, before)) == said


def test_self_checks_are_told_in_the_words_of_the_glossary(report):
    assert sentences.checks(report) == (
        "截至2027年5月20日，上述城区应报2026年度自查4个，已报送3个，其中逾期报送0个；未报送1个，其中期限已过1个，按时和逾期按拟定期限计。"
    )
    total = Counter({Filing.OWED: 3, Filing.FILED: 2, Filing.LATE: 1, Filing.ENDED: 1, Filing.WAIVED: 2, Filing.OVERDUE: 0})
    report.checks = replace(report.checks, total=total)
    assert sentences.checks(report).endswith(
        "应报2026年度自查3个，已报送2个，其中逾期报送1个；未报送0个，称号终止时未报1个；免报2个，按时和逾期按拟定期限计。"
    )
    report.checks = replace(report.checks, lines=tuple(replace(line, state="", is_default=False) for line in report.checks.lines))
    assert sentences.checks(report).endswith("免报2个。"), "the term is confirmed"
    report.checks = replace(report.checks, total=Counter({Filing.OVERDUE: 0}))
    assert sentences.checks(report) == "平台没有2026年度自查的应报记录。"


def test_few_checks_conclude_nothing_of_clauses(report):
    def said():
        return " ".join(texts_of(Composition("", tuple(summary(report, ReportEdition.INTERNAL)))))

    assert "不对条文的升降和差距作结论" not in said()
    report.scores = replace(report.scores, rows=report.scores.rows[: ENOUGH - 1])
    assert "不对条文的升降和差距作结论" in said()
    assert [words in said() for words in ("差距最大的条文", "没有得分率提高的", "进步最大的条文")] == [False] * 3


def test_a_year_closed_before_terms_were_told_apart_is_not_told_in_their_words(report):
    def told():
        blocks = [block for part in outlook(report, ReportEdition.INTERNAL) for block in getattr(part, "blocks", [part])]
        table = next(block for block in blocks if isinstance(block, PaperTable) and block.key == "examination")
        assert {len(row) for row in (*table.rows, table.total)} == {len(table.columns)}
        return [column.title for column in table.columns], table.note

    heads, note = told()
    assert "自查应报（期限已确认或已报送）" in heads
    assert "的记录" in note
    report.asked = None
    heads, note = told()
    assert "自查应报" in heads
    assert [head for head in heads if "期限" in head] == []
    assert "的记录" not in note


def test_what_is_inferred_of_a_title_or_a_district_is_marked_in_the_lists_of_the_year_s_end(report):
    title = replace(report.stood.register[0], granted_on=NOW.date(), date_is_inferred=True, edition="甲标准", edition_is_inferred=True)
    row = next(row for row in report.stood.rows if row.area_km2 is not None)
    row.district.fact_certainty, row.district.key_areas = "所在区推定；面积推定；重点区域推定", ["甲片"]
    report.stood = replace(report.stood, register=(title,), rows=(replace(row, areas=("甲区",)),))
    assert register_table(report).rows[0][4:] == ("2027年5月20日（推定）", None, "甲标准（推定）")
    said = " ".join(texts_of(Composition("", tuple(year_end_lists(report)))))
    assert [words in said for words in ("甲区（推定）", f"面积为推定的：{row.name}。", f"所在行政区为推定的：{row.name}。")] == [True] * 3
    assert "登记位于重点区域（四（二））的1个（其中1个为推定），其余不在重点区域或未查明。" in themes.kinds(report)
    assert "甲片（推定）" in " ".join(texts_of(Composition("", tuple(overall(report, ReportEdition.HANDED_ON)))))


def test_only_who_can_open_a_figure_is_told_that_it_opens(report):
    told = {edition: texts_of(Composition("", tuple(methods(report, edition)))) for edition in ReportEdition}
    assert {edition for edition, words in told.items() if any("打开构成它的全部记录" in one for one in words)} == {ReportEdition.INTERNAL}


@pytest.mark.parametrize(
    ("aspects", "said"),
    [
        ((LOW, LOW._replace(name="低碳高效", median=Decimal(60))), "最低的是韧性安全，为50分（5个城区），比上年提高2.00分。"),
        ((LOW._replace(districts_before=2),), "最低的是韧性安全，为50分（5个城区），上年不足3个，不作比较。"),
        ((LOW._replace(before=None, districts_before=0),), "上年不足3个，不作比较。"),
        ((LOW, LOW._replace(name="低碳高效")), "五个方面中得分中位数最低的是韧性安全、低碳高效，均为50分。"),
        (
            (LOW._replace(districts=2), LOW._replace(name="低碳高效", median=Decimal(60))),
            "最低的是低碳高效，为60分（5个城区），比上年提高12.00分。",
        ),
        ((LOW._replace(districts=2),), "按五个方面计分的自查不足3个，不对五个方面作比较。"),
        ((), "按五个方面计分的自查不足3个，不对五个方面作比较。"),
    ],
)
def test_the_worst_aspect_is_named_where_enough_districts_are_scored(report, aspects, said):
    report.scores = replace(report.scores, dimensions=aspects)
    assert sentences.worst_aspect(report).endswith(said)


def test_only_who_has_not_filed_is_asked_and_by_name_only_inside(report):
    later = "各城区由申报主体于2028年3月31日前报送2027年度自查（期限为拟定）。"
    asking = f"请{LATE}的申报主体补报2026年度自查（拟定期限2027年3月31日）；{later}"
    assert [sentences.asked(report, internal=inside) for inside in (True, False)] == [asking, later]
    [missing] = [line for line in report.checks.lines if Filing.MISSING in line.counts]
    coming = replace(missing, due=dt.date(2027, 6, 30), counts=missing.counts - {Filing.OVERDUE})
    report.checks = replace(report.checks, lines=(coming, missing))
    assert sentences.asked(report, internal=True).count(LATE) == 2
    assert f"请{LATE}的申报主体于2027年6月30日前报送2026年度自查（期限为拟定）；" in sentences.asked(report, internal=True)
    late = replace(missing, counts=frozenset({Filing.OWED.value, Filing.FILED.value, Filing.LATE.value}))
    report.checks = replace(report.checks, lines=(late,))
    assert sentences.asked(report, internal=True) == f"2026年度自查没有需要补报的；{later}"
    report.asked = CityAsked(None)
    assert sentences.asked(report, internal=False) == "没有持有称号的城区需要报送下一年度自查。"


def test_the_first_page_states_the_figures_of_its_table_in_every_format(report):
    with clock.at(NOW):
        paper = city_composition(report, ReportEdition.INTERNAL)
    first, table = paper.blocks[1:3]
    assert first.text == "".join(sentences.finding(report, ReportEdition.INTERNAL))
    assert isinstance(table, PaperTable)
    rows = {row[0]: row[1:] for row in table.rows}
    median = report.figures["score_median"].value
    assert (rows["年度自查逾期报送"][1], rows["年度自查未报送"][1], rows["自查总分中位数"][1]) == (0, 1, median)
    [worst] = sentences.worst(report)
    assert rows[f"最低的方面：{worst.name}"] == ("分", worst.median, None, None)
    assert rows["规划范围面积"] == ("km²", Decimal("7.50"), Decimal("7.50"), None)  # an area is unknown: not compared
    files = made_of(paper, code="", formats=("xlsx", "csv"))
    sheets = load_workbook(BytesIO(files["xlsx"])).worksheets
    assert [float(median)] == [
        row[2]
        for sheet in sheets
        for row in sheet.iter_rows(values_only=True)
        if row[0] == "自查总分中位数" and row[1] == "分" and isinstance(row[2], float)
    ]
    with zipfile.ZipFile(BytesIO(files["csv"])) as archive:
        assert any(f"自查总分中位数,分,{median}" in archive.read(one).decode("utf-8-sig") for one in archive.namelist())


def test_a_city_without_titles_prints_both_editions(people):
    with clock.at(NOW):
        found = CityReport(YEAR, clock.today(), demo=False)
        papers = [" ".join(texts_of(city_composition(found, edition))) for edition in ReportEdition]
    assert all("持有称号的绿色生态城区0个，上年也没有。" in one and f"不足{ENOUGH}个" in one for one in papers)


def test_a_year_closed_before_reports_concluded_anything_is_printed_without(people):
    with clock.at(at(2027, 6, 3)):
        close(people)
        now = " ".join(texts_of(city_composition(city_report(YEAR, clock.today(), demo=True), ReportEdition.INTERNAL)))
        FrozenFigures.objects.filter(key=CITY_REPORT, part=part_key("asked", demo=True))._raw_delete("default")
        old = city_report(YEAR, clock.today(), demo=True)
        before = " ".join(texts_of(city_composition(old, ReportEdition.INTERNAL)))
    assert (old.asked, "持有称号的绿色生态城区" in now, "持有称号的绿色生态城区" in before) == (None, True, False)
    assert "总分中位数" in before
