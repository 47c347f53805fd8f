"""运营工作报告 as written in the portal: its sections, then the figures and files filed with it, and what differs from the portal."""

from collections.abc import Iterator

from django.db.models import QuerySet

from assessments.common.enums import YearlyReportKind
from assessments.self_checks.report import printed
from assessments.self_checks.selectors.self_checks import pictures_in
from assessments.yearly_reports.columns import GAP, GAPS
from assessments.yearly_reports.kinds import REPORT_SPECS
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import has_any
from assessments.yearly_reports.selectors.comparison import basis_words, shown_comparison
from assessments.yearly_reports.selectors.text import text_rows
from assessments.yearly_reports.selectors.yearly_reports import contents_visible_to, figure_lines, figures_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.selectors import evidence_of
from reports.annual.sections import laid_out
from reports.common.states import printed_state
from reports.composition.blocks import Block, Composition, Heading, Pairs, PaperTable, Paragraph
from reports.composition.columns import paper_cells, paper_columns
from reports.composition.enums import ParagraphStyle
from reports.matters.words import files_table, given, matter_code, moment, section

ELSEWHERE = "没有在平台编写正文，见材料。"


def visible_to(viewer: Viewer) -> QuerySet[YearlyReport]:
    """Operation reports whose contents the user reads."""
    return contents_visible_to(viewer).filter(kind=YearlyReportKind.OPERATION)


def _compared(viewer: Viewer, report: YearlyReport) -> Iterator[Block]:
    """What was compared for which day, and every difference with the district's explanation."""
    found, basis = shown_comparison(report, viewer.today), basis_words(report, viewer.today)
    yield Paragraph(f"{basis}：{found.words}")
    if found.gaps:
        rows = tuple(paper_cells(GAP, gap) for gap in found.gaps)
        yield PaperTable(GAPS.caption, paper_columns(GAP, 40, 28, 28, 24, None), rows, key="gaps")


def compose(viewer: Viewer, report: YearlyReport) -> Composition:
    """Contents of the report's page, as the viewer sees it."""
    pictures = pictures_in(report.text.values(), report.district_id, viewer)
    told: list[Block] = []
    for title, text, source in printed(text_rows(report) if has_any(report.text) else ()):
        told += [Heading(title), *(laid_out(text, "", level=2, pictures=pictures) if text.strip() else (Paragraph("未填。"),))]
        told += [Paragraph(source, ParagraphStyle.NOTE)] if source else []
    lines = figure_lines(REPORT_SPECS[report.kind], figures_of(report))
    figures = tuple((title, f"{shown} {unit}" if shown else "未填") for title, shown, unit in lines)
    rows = [
        ("编号", report.number or "未编号"),
        matter_code(report),
        ("城区", str(report.district)),
        ("年度", f"{report.year}年度"),
        ("报送时间", moment(report.filed_at, "")),
        ("接收时间", moment(report.received_at, "")),
    ]
    blocks: list[Block] = [
        *(told or [Heading("正文"), Paragraph(ELSEWHERE)]),
        *section("附1　基本情况", Pairs(given(rows))),
        *section("附2　报告数据", Pairs((*figures, ("说明", report.note.strip() or "未填")))),
        *section("附3　材料", files_table(evidence_of(report))),
        *section("附4　与平台数据的比较", *_compared(viewer, report)),
    ]
    cover = (
        ("编号", report.number or "未编号"),
        ("城区", str(report.district)),
        ("状态", printed_state(YEARLY_REPORT.state(report.status).label)),
    )
    return Composition(str(report), tuple(blocks), cover=cover, is_demo=report.district.is_demo)
