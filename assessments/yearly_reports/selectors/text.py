"""Data shown beside the sections of an operation report: last year's text and current figures."""

import datetime as dt
from dataclasses import replace

from assessments.common.enums import YearlyReportKind
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.registry import LiveFigure
from assessments.self_checks.selectors.report import OWN, LastReport, OfferedFigure, OwnFigures, offered_among, stale_among
from assessments.yearly_reports.enums import YearlyReportState
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.registry import operation_figures
from assessments.yearly_reports.report import KEYS, SECTIONS
from assessments.yearly_reports.selectors.land_figures import LAND
from assessments.yearly_reports.selectors.report_figure import CARBON
from greendistrict.core.memoisation import held_reads

# Sections of this report in which figures of self-check, district file and verification are offered.
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
    """Whether this report is written in the portal, as only the operation report is."""
    return report.kind == YearlyReportKind.OPERATION


def last_text(report: YearlyReport) -> LastReport | None:
    """The newest received report of the district on an earlier year that was written in the portal."""
    found = YearlyReport.objects.filter(
        district=report.district_id, kind=report.kind, year__lt=report.year, status=YearlyReportState.RECEIVED
    ).exclude(text={})
    row = found.order_by("-year").values_list("year", "text").first()
    return None if row is None else LastReport(row[0], {key: str(row[1].get(key, "")) for key in KEYS})


def figures_now(report: YearlyReport, today: dt.date) -> list[tuple[LiveFigure, str]]:
    """Each kind of figure with its current sentence, those of the portal's own tables first; common data are read once."""
    found = SelfCheck.objects.select_related("district", "table").filter(district=report.district_id, year=report.year).first()
    of_check, of_file = OwnFigures(found, today) if found else None, OwnFigures(report, today)
    with held_reads():
        own = [
            (replace(kind, sections=PLACES[kind.key]), _says(kind, of_file if kind.key in OF_THE_FILE else of_check, today)) for kind in OWN
        ]
        carbon = replace(CARBON, sections=PLACES["carbon"]), CARBON.says(report, today)
        return [*own, carbon, *((kind, kind.says(report, today)) for kind in (*LAND, *operation_figures))]


def _says(kind: LiveFigure, source: OwnFigures | None, today: dt.date) -> str:
    return kind.says(source, today) if source else ""


def offered_in(report: YearlyReport, texts: dict[str, str], today: dt.date) -> dict[str, list[OfferedFigure]]:
    """Figures by section, each computed once."""
    return offered_among(figures_now(report, today), SECTIONS, texts, today)


def stale_in(report: YearlyReport, today: dt.date) -> list[tuple[str, str]]:
    """(section, words) of figures that changed since they were inserted; nothing is computed for a text without any."""
    if not any("数据，" in str(text) for text in report.text.values()):
        return []
    return list(stale_among(figures_now(report, today), SECTIONS, report.text, "运营工作报告"))


def text_rows(report: YearlyReport) -> list[tuple[str, str]]:
    """Sections of the live text."""
    return [(section.title, str(report.text.get(section.key, ""))) for section in SECTIONS]
