"""The city's annual report in its two editions: parts in their order, and nothing in the one handed on that is not to be handed on."""

import datetime as dt
import json
import zipfile
from io import BytesIO

import pypdfium2
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
from reports.annual.figures import WORST, figures_of
from reports.annual.pages import district_pages
from reports.city.documents import SECTIONS, city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.city.sections.districts import districts
from reports.city.sections.watch import outlook
from reports.closings.days import receipts_day
from reports.common.definitions import HEADS, SHEET
from reports.composition.blocks import Chart, Heading, PageBreak, PaperTable, Paragraph, Wide
from reports.composition.charts import svg_of
from reports.composition.printed import DIGIT, PADDING, UPRIGHT, widths_of
from reports.composition.services import made_of, texts_of
from reports.jobs import services
from reports.jobs.enums import JobState
from reports.jobs.requests import request_report
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.reports.world import many_districts

pytestmark = pytest.mark.django_db
NOW, YEAR = at(2027, 5, 20), 2026
FOUND, SOURCE, REASON = "屋面光伏未按图施工", "市级结论单第九号", "按年度统计报表核定。"
LATE = "演示己城（虚构）"
ADVERSE = (FOUND, SOURCE)
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
        recorded_by=people.city_officer, recorded_at=at(2026, 6, 2),
    )  # fmt: skip
    return people


made = once(year)
people = copy_of("made")


def composed(edition):
    with clock.at(NOW):
        return city_composition(city_report(YEAR, demo=True), edition)


def blocks_of(composition):
    for block in composition.blocks:
        yield from block.blocks if isinstance(block, Wide) else (block,)


def heads(composition):
    return [block.text.partition("、")[2] for block in blocks_of(composition) if isinstance(block, Heading) and block.level == 1]


def lines_of_files(made):
    """Text of PDF, Word and Excel line by line; a table row of Word and Excel is a line."""
    with pypdfium2.PdfDocument(made["pdf"]) as document:
        for page in document:
            yield from page.get_textpage().get_text_bounded().splitlines()
    words = zipfile.ZipFile(BytesIO(made["docx"])).read("word/document.xml").decode()
    yield from (row.replace("</w:t>", "") for row in words.replace("</w:tr>", "\n").replace("</w:p>", "").splitlines())
    for sheet in load_workbook(BytesIO(made["xlsx"])):
        yield from ("　".join(str(cell) for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True))


def test_parts_stand_in_their_order(people):
    titles = [title for title, _ in SECTIONS]
    assert heads(composed(ReportEdition.INTERNAL)) == titles
    assert heads(composed(ReportEdition.HANDED_ON)) == [title for title, section in SECTIONS if section is not outlook]


def test_districts_of_a_short_report_stand_one_below_the_other(people):
    """A page for each left pages of two lines behind those whose scores take a little more than two."""
    composition = composed(ReportEdition.INTERNAL)
    at = next(place for place, block in enumerate(composition.blocks) if isinstance(block, Heading) and block.text.endswith("、分城区"))
    assert not any(isinstance(block, PageBreak) for block in composition.blocks[at:])


def test_a_large_emission_is_not_broken_and_long_texts_have_the_broadest_column(people):
    tables = {block.key: block for block in blocks_of(composed(ReportEdition.INTERNAL)) if isinstance(block, PaperTable)}
    widths = {
        key: dict(zip((column.head for column in one.columns), widths_of(one.columns, UPRIGHT), strict=True)) for key, one in tables.items()
    }
    assert widths["carbon"]["排放总量（tCO₂）"] >= len("1,234,567.89") * DIGIT + PADDING
    assert max(widths["findings_open"], key=widths["findings_open"].get) == "问题"
    assert max(widths["opinions_open"], key=widths["opinions_open"].get) == "意见"


def test_the_internal_edition_has_what_the_other_leaves_out(people):
    internal, other = (composed(edition) for edition in ReportEdition)
    mine, theirs = ({block.key for block in blocks_of(one) if isinstance(block, PaperTable)} for one in (internal, other))
    assert {
        "ranking",
        "warned",
        "awards",
        "examination",
        "checks_late",
        "findings_open",
        "opinions_open",
        "duties",
        "moves",
    } <= mine - theirs
    assert not theirs - mine
    text = "\n".join(texts_of(internal))
    assert all(words in text for words in ADVERSE)
    assert any(
        LATE in row and "未报送，逾期" in row for block in blocks_of(internal) if isinstance(block, PaperTable) for row in block.rows
    )


@pytest.mark.parametrize("edition", ReportEdition)
def test_counts_of_duties_say_which_districts_and_by_which_day(people, edition):
    """The work desk counts the titles of today instead."""
    basis = "统计2026年12月31日持有称号的城区，办理情况截至2027年5月20日"
    text = "\n".join(texts_of(composed(edition)))
    assert text.count(basis) == (3 if edition is ReportEdition.INTERNAL else 2)
    with clock.at(at(2028, 2, 1)):
        assert city_report(YEAR, demo=True).checks_basis.endswith(f"办理情况截至{day_in_words(receipts_day(YEAR))}")


@pytest.mark.parametrize("edition", ReportEdition)
def test_pages_of_the_districts_read_no_score_table_again_and_say_what_its_own_figures_say(people, edition):
    with clock.at(NOW):
        report = city_report(YEAR, demo=True)
        own = [figures_of(place.district, YEAR) for place in report.stood.rows]
        alone = [block for figures in own for block in district_pages(figures, internal=edition is ReportEdition.INTERNAL)]
        assert len(report.scores.rows) > 1
        with CaptureQueriesContext(connection) as asked:
            pages = [block for block in districts(report, edition) if isinstance(block, Heading | PaperTable | Paragraph | Chart)]
        assert [query["sql"] for query in asked if '"content"' in query["sql"]] == []
    assert pages[-len(alone) :] == alone
    assert any("，现状" in str(block) for block in alone) is (edition is ReportEdition.INTERNAL)
    assert {len(figures.scores.items) > WORST for figures in own if figures.scores} == {True}


@pytest.mark.slow
def test_the_edition_handed_on_names_no_open_adverse_matter_in_any_format(people):
    with clock.at(NOW):
        made = made_of(composed(ReportEdition.HANDED_ON), code="0000 0000", formats=("pdf", "docx", "xlsx"))
    lines = list(lines_of_files(made))
    assert any(LATE in line for line in lines)
    for words in ADVERSE:
        assert not [line for line in lines if words in line], words
    assert not [line for line in lines if LATE in line and any(word in line for word in LATE_WORDS)]
    assert "预警与建议" not in "\n".join(lines)


def test_the_edition_handed_on_composes_no_open_adverse_matter(people):
    composition = composed(ReportEdition.HANDED_ON)
    text = "\n".join(texts_of(composition))
    assert LATE in text
    assert not [words for words in (*ADVERSE, "得分排名") if words in text]
    for block in blocks_of(composition):
        for row in block.rows if isinstance(block, PaperTable) else ():
            cells = "　".join(str(cell) for cell in row)
            assert not (LATE in cells and any(word in cells for word in LATE_WORDS)), cells
    assert not any("href" in figure for figure in composition.figures.values())
    asked = [["预警的处置" in "".join(texts_of(one)), "warned" in one.figures] for one in map(composed, ReportEdition)]
    assert asked == [[True, True], [False, False]]


def test_each_figure_of_the_figures_file_says_where_its_rows_are(people, client):
    composition = composed(ReportEdition.INTERNAL)
    figures = json.loads(made_of(composition, code="", formats=("json",))["json"])["figures"]
    with clock.at(NOW):
        assert list(figures) == list(city_report(YEAR, demo=True).figures)
    assert {key: figure["href"] for key, figure in figures.items()} == {
        key: reverse("reports:city_figure", args=[YEAR, key]) for key in figures
    }
    summary = next(block for block in blocks_of(composition) if isinstance(block, PaperTable) and block.key == "summary")
    shown = {row[0]: row[2] for row in summary.rows}
    assert shown == {
        figures[key]["label"]: composition.figures[key]["value"] for key in ("pilot", "demonstration", "titled", "area", "new", "lost")
    }


def test_a_year_that_is_not_closed_says_so(people):
    cover = dict(composed(ReportEdition.INTERNAL).cover)
    assert cover["关账情况"] == "未关账，数据截至2027年5月20日"
    assert cover["快照日"] == dt.date(2026, 12, 31)


@pytest.mark.parametrize("kind", ["annual_city", "annual_city_open"])
def test_each_edition_is_a_kind_that_the_city_asks_for(people, kind, django_capture_on_commit_callbacks):
    with clock.at(NOW):
        job = request_report(kind=kind, year=YEAR, by=people.city_officer, formats=("json",))
        services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, [file.format for file in job.files.all()]) == (JobState.DONE, ["json"])


def test_the_published_series_is_that_of_the_public_home(people, client):
    """What the city published stands in one place: the report lists all years, the home page shows the latest."""
    series = next(block for block in blocks_of(composed(ReportEdition.INTERNAL)) if getattr(block, "key", "") == "series")
    shown = [(row[0], row[2], row[5]) for row in series.rows if row[1] == "公开发布"]
    assert [words for words, *_ in shown] == ["2022年底", "2023年底", "2024年底"]
    metrics = {one["label"]: one for one in client.get(reverse("portal:home")).context["metrics"]}
    assert (metrics["全市个数"]["value"], metrics["全市面积"]["value"]) == shown[-1][1:]
    assert all(metrics[label]["note"].startswith(shown[-1][0]) for label in ("全市个数", "全市面积"))


def test_the_schematic_map_counts_titles_by_area_on_paper_and_screen(people, client):
    page = reverse("reports:city_year", args=[YEAR])
    client.force_login(people.city_officer)
    with clock.at(NOW):
        assert "示意图" not in client.get(page).content.decode()  # fictional areas lie on no tile
    for district in District.objects.filter(code__in=("ding", "wu")):
        district.areas.set([AdministrativeArea.objects.get_or_create(code="310114", defaults={"name": "嘉定区"})[0]])
    [chart] = [block for block in blocks_of(composed(ReportEdition.HANDED_ON)) if getattr(block, "key", "") == "map"]
    counts = {series.name: dict(zip(chart.labels, series.values, strict=True)) for series in chart.series}
    assert (counts["试点"]["嘉定区"], counts["示范"]["嘉定区"], counts["试点"]["崇明区"], len(chart.labels)) == (1, 1, 0, 25)
    with clock.at(NOW):
        shown = client.get(page).content.decode()
    assert svg_of(chart) in shown
    assert "不表示边界" in shown
    assert all(words in svg_of(chart) for words in ("嘉定区", "试点1", "示范1"))


def test_the_workbook_says_what_each_figure_means_in_the_words_of_the_report(people):
    composition = composed(ReportEdition.HANDED_ON)
    figures = {(one["label"], one["unit"]) for one in composition.figures.values()}
    assert figures == {(one.name, one.unit) for one in composition.definitions if one.selector}
    [glossary] = [block for block in blocks_of(composition) if isinstance(block, PaperTable) and block.key == "glossary"]
    assert [(one.name, one.meaning) for one in composition.definitions if not one.selector] == list(glossary.rows)
    sheet = load_workbook(BytesIO(made_of(composition, code="", formats=("xlsx",))["xlsx"])).worksheets[-1]
    assert sheet.title == SHEET
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows == [HEADS, *(one.cells for one in composition.definitions)]
    assert all(all(row) for row in rows)
