"""The list of yearly reports as a workbook."""

from collections.abc import Sequence

from assessments.common.wording import state_words
from assessments.yearly_reports.kinds import REPORT_SPECS, intensity
from assessments.yearly_reports.selectors.yearly_reports import ListedReport, figures_of
from greendistrict.documents.list_workbook import Cell, day_of, list_book, mark_of

COLUMNS = [one for form in REPORT_SPECS.values() for one in form.figures]
HEADS = (
    ("城区名称", 34), ("类别", 10), ("年度", 8), ("编号", 16), ("状态", 12), ("期限", 12), ("报送日期", 12), ("接收日期", 12),
    *((f"{one.title}（{one.unit}）", 18) for one in COLUMNS),
    ("单位建筑面积年碳排放量（kgCO₂/(m²·a)）", 20), ("核查机构", 28), ("数据", 10),
)  # fmt: skip


def report_book(lines: Sequence[ListedReport], readable: frozenset[int]) -> bytes:
    """Workbook of the lines; figures only of reports in ``readable``, because others are not handed in."""
    rows = (_cells(line, shown=line.report is not None and line.report.pk in readable) for line in lines)
    demo = any(line.is_demo for line in lines)
    return list_book("运营与碳排放核查报告", f"运营与碳排放核查报告（{len(lines)}份）", HEADS, rows, demo=demo)


def _cells(line: ListedReport, *, shown: bool) -> list[Cell]:
    report = line.report
    figures = figures_of(report) if report and shown else {}
    return [
        line.district,
        line.kind,
        f"{line.year}",
        report.number if report else None,
        state_words(line.status, late=line.late, waived=line.waived),
        line.due,
        day_of(report.filed_at) if report else None,
        day_of(report.received_at) if report else None,
        *(figures.get(one.key) for one in COLUMNS),
        intensity(figures),
        report.verifier if report and shown else "",
        mark_of(is_demo=line.is_demo),
    ]
