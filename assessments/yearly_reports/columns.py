"""Columns of the list of yearly reports; their figures stand in its workbook."""

import datetime as dt

from assessments.common.owed_papers import standing
from assessments.yearly_reports.comparison import FigureGap
from assessments.yearly_reports.kinds import REPORT_SPECS
from assessments.yearly_reports.selectors.yearly_reports import ListedReport
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn, TermColumn, TextColumn, YearColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn


def number_words(line: ListedReport, _today: dt.date) -> str:
    """The number, or when a report gets one."""
    return line.report.number or "报送后编号" if line.report else ""


SHOWN = ("district", "kind", "year", "number", "state", "due+due_mark", "filed_at", "received_at")
EXPORTED = tuple(name for one in SHOWN for name in one.split("+"))
FIGURES = {
    figure.key: NumberColumn(figure.unit, label=figure.title, source=f"figures__{figure.key}", shown=figure.places, empty="", width=18)
    for spec in REPORT_SPECS.values()
    for figure in spec.figures
}
REPORT = Columns(
    ListedReport,
    district=TextColumn(label="城区", width=34),
    kind=TextColumn(label="类别"),
    year=YearColumn(label="年度", width=8),
    number=ComputedColumn("编号", number_words, width=16, empty="—"),
    state=ComputedColumn("状态", standing, css="gd-state"),
    due=TermColumn(label="期限"),
    due_mark=TextColumn(label="期限标注", empty=""),
    filed_at=MomentColumn(source="report__filed_at", css=""),
    received_at=MomentColumn(source="report__received_at", css=""),
    **FIGURES,
    intensity=NumberColumn("kgCO₂e/(m²·a)", label="单位建筑面积年碳排放量", source="figures__intensity", shown=1, empty="", width=20),
    verifier=TextColumn(label="核查机构", source="figures__verifier", width=28),
)
GAP = Columns(
    FigureGap,
    name=TextColumn(label="数据"),
    stated=TextColumn(label="报告数"),
    recorded=TextColumn(label="平台数"),
    difference=TextColumn(label="差额"),
    said=TextColumn(label="说明", rows=2, most=500, empty="未说明"),
)
GAPS = ListTable(GAP, *GAP, caption="与平台数据不同的数字", key="name")
REPORT_LIST = ListTable(
    REPORT, *SHOWN, caption="运营与碳排放核查报告", key="address", demo="is_demo", exported=(*EXPORTED, *FIGURES, "intensity", "verifier")
)
REPORTS_OF_DISTRICT = ListTable(REPORT, *SHOWN[1:], caption="运营与碳排放核查报告", key="address")
