"""What stands beside the sections of a report on a year of operation: last year's text, and figures as they are now."""

from collections.abc import Iterator
from dataclasses import replace

from assessments.common.enums import YearlyReportKind
from assessments.common.registry import operation_figures
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.registry import LiveFigure
from assessments.self_checks.selectors.report import OWN, LastReport, OfferedFigure, OwnFigures, offered_among, stale_among
from assessments.yearly_reports.enums import YearlyReportState
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS, SECTIONS
from assessments.yearly_reports.selectors.report_figure import CARBON

# Where the figures of self-check, district file and verification are offered in this report.
PLACES = {
    "scores": frozenset({"effect"}),
    "missed": frozenset({"effect", "plan"}),
    "controls": frozenset({"effect"}),
    "plots": frozenset({"overview"}),
    "projects": frozenset({"overview"}),
    "carbon": frozenset({"carbon"}),
}
OF_THE_FILE = ("plots", "projects")


def has_text(report: YearlyReport) -> bool:
    """Whether this report is written in the portal: the one on operation."""
    return report.kind == YearlyReportKind.OPERATION


def last_text(report: YearlyReport) -> LastReport | None:
    """The newest received report of the district on an earlier year that was written here."""
    found = YearlyReport.objects.filter(
        district=report.district_id, kind=report.kind, year__lt=report.year, status=YearlyReportState.RECEIVED
    ).exclude(text={})
    row = found.order_by("-year").values_list("year", "text").first()
    return None if row is None else LastReport(row[0], {key: str(row[1].get(key, "")) for key in KEYS})


class ReportFigures:
    """Every kind of figure for one report, with the sentence that states it now; what several need is read once."""

    def __init__(self, report: YearlyReport) -> None:
        self.report = report

    def kinds(self) -> Iterator[tuple[LiveFigure, str]]:
        """Kind with its sentence, those of the file first."""
        check = (
            SelfCheck.objects.select_related("district", "table").filter(district=self.report.district_id, year=self.report.year).first()
        )
        own, of_file = OwnFigures(check) if check else None, OwnFigures(self.report)
        for kind in OWN:
            source = of_file if kind.key in OF_THE_FILE else own
            yield replace(kind, sections=PLACES[kind.key]), kind.says(source) if source else ""
        yield replace(CARBON, sections=PLACES["carbon"]), CARBON.says(self.report)
        for one in operation_figures:
            said = one.says(self.report.district, self.report.year)
            yield LiveFigure(one.key, one.label, one.sections, lambda _report: ""), said


def offered_in(report: YearlyReport, texts: dict[str, str]) -> dict[str, list[OfferedFigure]]:
    """Figures by section, each computed once."""
    return offered_among(ReportFigures(report).kinds(), SECTIONS, texts)


def stale_in(report: YearlyReport) -> list[tuple[str, str]]:
    """(section, words) of figures that changed since they were stated in the text; none is computed for a text without any."""
    if not any("数据，" in str(text) for text in report.text.values()):
        return []
    return [(key, words) for key, words in stale_among(ReportFigures(report).kinds(), SECTIONS, report.text, "运营工作报告")]


def text_rows(report: YearlyReport) -> list[tuple[str, str]]:
    """Sections of the text as it is now."""
    return [(section.title, str(report.text.get(section.key, ""))) for section in SECTIONS]
