"""The city's annual report: nothing in the edition handed on that is not to be handed on; and the lists of the last day of a year."""

import datetime as dt
import json
import re
import zipfile
from decimal import Decimal
from functools import cache
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from approvals.losses.models import RecordedAssessment
from assessments.inspections.models import Inspection, InspectionFinding
from districts.file.models.district import AdministrativeArea, District
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.policy import citing
from reports.annual.figures import WORST, figures_of
from reports.annual.pages import district_pages
from reports.city.documents import city_composition, year_end_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import CityReport, city_report
from reports.city.sections.progress import shares_table
from reports.city.sections.watch import districts
from reports.city.services import ended_years
from reports.closings.registry import receipts_day
from reports.common.definitions import HEADS, SHEET
from reports.composition.blocks import Chart, Heading, PageBreak, PaperTable, Paragraph
from reports.composition.charts import svg_of
from reports.composition.printed import DIGIT, PADDING, UPRIGHT, widths_of
from reports.composition.services import made_of, texts_of
from reports.jobs import batches
from reports.jobs.models import ExportJob
from tests import pdf_texts
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.reports.fitness import MAKERS_NOTES, SOFTWARE
from tests.reports.world import many_districts

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")
NOW, YEAR = at(2027, 5, 20), 2026
FOUND, SOURCE = "屋面光伏未按图施工", "市级结论单第九号"
LATE = "演示己城（虚构）"
ADVERSE = (FOUND, SOURCE)
INTERNAL = {
    "ranking",
    "warned",
    "awards",
    "examination",
    "checks_late",
    "findings_open",
    "opinions_open",
    "duties",
    "moves",
    "readings",
    "defaults",
}
LATE_WORDS = ("逾期", "未报送")


def year():
    """A year with one of each: who is late, an open finding, a failed assessment, a control item not met."""
    people = cast()
    check, *_ = many_districts(people)
    by = {"opened_by": people.city_officer, "opened_at": at(2026, 9, 1), "issued_at": at(2026, 9, 2)}
    about = {"mode": "onsite", "basis": "年度检查", "inspected_on": dt.date(2026, 9, 1), "team": "检查组"}
    visit = Inspection.objects.create(district=check.district, status="issued", number="JC-2026-0001", **about, **by)
    told = {"item_id": "5.2.1", "text": FOUND, "demand": "整改", "due": dt.date(2026, 12, 1)}
    InspectionFinding.objects.create(inspection=visit, order=1, **told)
    RecordedAssessment.objects.create(
        district=check.district, kind="stage", concluded_on=dt.date(2026, 6, 1), passed=False, source=SOURCE,
        recorded_by=people.city_officer, recorded_at=at(2026, 6, 2), checked_at=at(2026, 6, 2),
    )  # fmt: skip
    return people


made = once(year)
people = copy_of("made")


def compose(edition):
    with clock.at(NOW):
        return city_composition(city_report(YEAR, clock.today(), demo=True), edition)


composed = cache(compose)  # of the world that all begin with, made once in each process


def tables_of(composition):
    return {block.key: block for _, block in composition.under_headings() if isinstance(block, PaperTable)}


def test_districts_of_a_short_report_stand_one_below_the_other(people):
    """A page for each left pages of two lines behind those whose scores take a little more than two."""
    composition = composed(ReportEdition.INTERNAL)
    at = next(place for place, block in enumerate(composition.blocks) if isinstance(block, Heading) and block.text.endswith("、分城区"))
    assert not any(isinstance(block, PageBreak) for block in composition.blocks[at:])


def test_a_large_emission_is_not_broken_and_long_texts_have_the_broadest_column(people):
    widths = {
        key: dict(zip((column.head for column in one.columns), widths_of(one.columns, UPRIGHT), strict=True))
        for key, one in tables_of(composed(ReportEdition.INTERNAL)).items()
    }
    assert widths["carbon"]["排放总量（tCO₂e）"] >= len("1,234,567.89") * DIGIT + PADDING
    assert max(widths["findings_open"], key=widths["findings_open"].get) == "问题"
    assert max(widths["opinions_open"], key=widths["opinions_open"].get) == "意见"


@AREA
@pytest.mark.parametrize("edition", ReportEdition)
def test_pages_of_the_districts_read_no_score_table_again_and_say_what_its_own_figures_say(people, edition):
    with clock.at(NOW):
        report = city_report(YEAR, clock.today(), demo=True)
        own = [figures_of(place.district, YEAR, clock.today()) for place in report.stood.rows]
        alone = [block for figures in own for block in district_pages(figures, internal=edition is ReportEdition.INTERNAL)]
        assert len(report.scores.rows) > 1
        with CaptureQueriesContext(connection) as asked:
            pages = [block for block in districts(report, edition) if isinstance(block, Heading | PaperTable | Paragraph | Chart)]
        assert [query["sql"] for query in asked if {"content", "assessments_tableversion"} <= set(query["sql"].split('"'))] == []
    assert pages[-len(alone) :] == alone
    assert any("，现状" in str(block) for block in alone) is (edition is ReportEdition.INTERNAL)
    assert {len(figures.scores.items) > WORST for figures in own if figures.scores} == {True}


def test_the_edition_handed_on_composes_no_open_adverse_matter(people):
    internal, composition = (composed(edition) for edition in ReportEdition)
    inside, text = ("\n".join(texts_of(one)) for one in (internal, composition))
    assert [words in inside for words in (*ADVERSE, LATE)] == [True] * 3
    assert [words in text for words in (*ADVERSE, "得分排名", LATE)] == [False] * 3 + [True]
    rows, cells = (
        [[str(cell) for cell in row] for table in tables_of(one).values() for row in table.rows] for one in (internal, composition)
    )
    mine, theirs = tables_of(internal).keys(), tables_of(composition).keys()
    assert (INTERNAL - mine, INTERNAL & theirs, theirs - mine) == (set(), set(), set())
    assert [words in inside for words in (citing.TITLE_REVOKED.words, "按整改通知", "将启动撤销")] == [True, False, False]
    assert ["本平台理解" in inside, [note for note in (*MAKERS_NOTES, *SOFTWARE) if note in text]] == [True, []]
    basis = "统计2026年12月31日（拟定）持有称号的城区，办理情况截至2027年5月20日"
    assert [said.count(basis) for said in (inside, text)] == [2, 1]
    assert any(LATE in row and "未报送，逾期（期限为拟定）" in row for row in rows)
    assert not [row for row in cells if LATE in row and any(word in "　".join(row) for word in LATE_WORDS)]
    assert not any("href" in figure for figure in composition.figures.values())
    asked = [["预警的处置" in "".join(texts_of(one)), "warned" in one.figures] for one in (internal, composition)]
    assert asked == [[True, True], [False, False]]


def words_of(name, content):
    """Everything that a file says."""
    if name == "pdf":
        return "".join(pdf_texts.squeezed(content))
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "".join(re.sub("<[^>]+>", "", archive.read(one).decode("utf-8", "ignore")) for one in archive.namelist())


@AREA
def test_no_format_of_the_edition_handed_on_names_an_open_adverse_matter(people):
    told = {}
    for edition in ReportEdition:
        files = made_of(composed(edition), code="", formats=("pdf", "docx", "xlsx", "json", "csv"))
        told[edition] = {name for name, content in files.items() if any(words in words_of(name, content) for words in ADVERSE)}
    assert told == {ReportEdition.INTERNAL: {"pdf", "docx", "xlsx", "json", "csv"}, ReportEdition.HANDED_ON: set()}


@AREA
def test_each_figure_of_the_figures_file_says_where_its_rows_are(people, client):
    composition = composed(ReportEdition.INTERNAL)
    figures = json.loads(made_of(composition, code="", formats=("json",))["json"])["figures"]
    with clock.at(NOW):
        assert list(figures) == list(city_report(YEAR, clock.today(), demo=True).figures)
    assert {key: figure["href"] for key, figure in figures.items()} == {
        key: reverse("reports:city_figure", args=[YEAR, key]) for key in figures
    }
    shown = {row[0]: row[2] for row in tables_of(composition)["summary"].rows[:6]}
    assert shown == {
        figures[key]["label"]: composition.figures[key]["value"] for key in ("pilot", "demonstration", "titled", "area", "new", "lost")
    }


@AREA
def test_the_schematic_map_counts_titles_by_area_on_paper_and_screen(officer):
    page = reverse("reports:city_year", args=[YEAR])
    with clock.at(NOW):
        assert "示意图" not in officer.get(page).content.decode()  # fictional areas lie on no tile
    for district in District.objects.filter(code__in=("ding", "wu")):
        district.areas.set([AdministrativeArea.objects.get_or_create(code="310114", defaults={"name": "嘉定区"})[0]])
    [chart] = [block for _, block in compose(ReportEdition.HANDED_ON).under_headings() if getattr(block, "key", "") == "map"]
    counts = {series.name: dict(zip(chart.labels, series.values, strict=True)) for series in chart.series}
    assert (counts["试点"]["嘉定区"], counts["示范"]["嘉定区"], counts["试点"]["崇明区"], len(chart.labels)) == (1, 1, 0, 25)
    assert all(words in svg_of(chart) for words in ("嘉定区", "试点1", "示范1"))
    with clock.at(NOW):
        assert svg_of(chart) in officer.get(page).content.decode()


def test_the_workbook_says_what_each_figure_means_in_the_words_of_the_report(people):
    composition = composed(ReportEdition.HANDED_ON)
    figures = {(one["label"], one["unit"]) for one in composition.figures.values()}
    assert figures == {(one.name, one.unit) for one in composition.definitions if one.selector}
    explained = [(one.name, one.meaning) for one in composition.definitions if not one.selector]
    assert explained == list(tables_of(composition)["glossary"].rows)
    sheet = load_workbook(BytesIO(made_of(composition, code="", formats=("xlsx",))["xlsx"])).worksheets[-1]
    assert sheet.title == SHEET
    rows = [
        tuple(day_in_words(cell.date()) if isinstance(cell, dt.datetime) else cell for cell in row)  # a day is a value there
        for row in sheet.iter_rows(min_row=3, values_only=True)
    ]
    assert rows == [HEADS, *(one.cells for one in composition.definitions)]
    assert all(all(row) for row in rows)


def test_counts_of_duties_say_by_which_day():
    """The work desk counts the titles of today instead."""
    with clock.at(NOW):
        report = city_report(YEAR, clock.today(), demo=True)
        assert report.checks_basis == "统计2026年12月31日（拟定）持有称号的城区，办理情况截至2027年5月20日"
        assert [line.district for line in report.checks.lines if "owed" in line.counts and line.met_on is None] == [LATE]
    with clock.at(at(2031, 1, 5)):
        later = city_report(YEAR, clock.today(), demo=True)
    assert later.checks_basis.endswith(f"办理情况截至{day_in_words(receipts_day(YEAR))}")
    assert (len(later.scores.rows), later.figures["check_owed"].value) == (3, 4), "a year long gone still counts what was received"


@AREA
def test_the_lists_of_the_last_day_say_what_the_annual_report_of_the_year_says(people):
    with clock.at(NOW):
        lists = year_end_composition(CityReport(YEAR, clock.today(), demo=True))
        report = city_composition(city_report(YEAR, clock.today(), demo=True), ReportEdition.HANDED_ON)
    mine, whole = tables_of(lists), tables_of(report)
    assert len(mine["districts"].rows) == len(mine["register"].rows) >= 3
    for key in ("bodies", "places", "register"):
        assert mine[key].rows == whole[key].rows
    assert [row[2] for row in mine["counts"].rows] == [row[2] for row in whole["summary"].rows[:6]]
    assert f"{dt.date(YEAR, 12, 31):%Y年%-m月%-d日}" in " ".join(texts_of(lists))


def test_a_city_without_titles_has_empty_lists_that_say_so():
    with clock.at(NOW):
        lists = year_end_composition(CityReport(YEAR, clock.today(), demo=False))
    texts = list(texts_of(lists))
    assert "没有持有称号的城区。" in texts
    assert tables_of(lists)["districts"].rows == ()


def test_only_years_that_are_over_are_on_offer_and_the_schedule_asks_on_the_first_of_january():
    with clock.at(at(2026, 12, 31)):
        assert ended_years(clock.today())[0] == 2025
        batches.ask_for_yearly()
        assert not ExportJob.objects.filter(kind="year_end").exists()
    with clock.at(at(2027, 1, 1)):
        assert ended_years(clock.today())[0] == 2026
        batches.ask_for_yearly()
        batches.ask_for_yearly()
    assert [job.year for job in ExportJob.objects.filter(kind="year_end")] == [2026]


@pytest.mark.parametrize(
    ("kept", "figures"),
    [
        ("24/37，64.9%；按面积62.0%", (24, 37, Decimal("64.9"), Decimal("62.0"), "—")),
        ("0/12，0.0%；按面积0.0%；按目前填写", (0, 12, Decimal("0.0"), Decimal("0.0"), "按目前填写")),
        ("1/3，33.3%", (1, 3, Decimal("33.3"), None, "—")),
        ("尚未建立试点基线", (None, None, None, None, "尚未建立试点基线")),
        ("不适用（更新城区）", (None, None, None, None, "不适用（更新城区）")),
    ],
)
def test_each_figure_of_a_share_has_a_cell(kept, figures):
    [row] = shares_table("比例", "shares", [("甲", kept)]).rows
    assert row == ("甲", *figures)
