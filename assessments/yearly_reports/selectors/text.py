"""Data shown beside the sections of an operation report: last year's text and current figures.

Also here: Carbon verifications of a district for its page, from the yearly reports. Carbon emissions of a year in one sentence, for the
self-check report. Plots and municipal works at the end of a year, one sentence each, for the operation report. A district's operation
results by year for those who judge it: the sentences that the operation report would state.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Q

from assessments.common.enums import YearlyReportKind
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import LiveFigure
from assessments.self_checks.selectors.report import OWN, LastReport, OfferedFigure, OwnFigures, copied_among, offered_among, stale_among
from assessments.self_checks.selectors.stocks import STOOD, plots_words, projects_words, stock
from assessments.yearly_reports.kinds import intensity
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from assessments.yearly_reports.report import KEYS, SECTIONS, has_any, operation_figures
from assessments.yearly_reports.selectors.yearly_reports import ListedReport, contents_visible_to, figures_of, listed, reports_visible_to
from districts.facts.facts import plan_on
from districts.file.models.district import District
from districts.plots.selectors.as_of_day import BUILT, UNFIT, PlotOnDay
from districts.plots.selectors.board import totals_of
from districts.projects.selectors import ProjectOnDay, WorkOnDay, late_works, totals_of_projects, totals_of_works
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import memoisation
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads
from greendistrict.core.rounding import fixed


@dataclass(frozen=True)
class VerifiedYear:
    """The report of one year; ``readable`` False means that the user may not read its figures, so that None does not mean empty."""

    report: YearlyReport
    line: ListedReport
    readable: bool
    total: Decimal | None
    area: Decimal | None
    intensity: Decimal | None


def verified_years(viewer: Viewer, district: District) -> list[VerifiedYear]:
    """Verifications the user sees, newest year first; three queries."""
    reports = list(reports_visible_to(viewer).filter(district=district, kind=YearlyReportKind.CARBON).order_by("-year"))
    readable = (
        set(contents_visible_to(viewer).filter(pk__in=[row.pk for row in reports]).values_list("pk", flat=True)) if reports else set()
    )
    return _years(reports, readable, viewer.today)


def received_years(districts: Collection[int], year: int, in_time: Q, today: dt.date) -> dict[int, list[VerifiedYear]]:
    """Verifications up to ``year`` received ``in_time``, by district, newest first; used by the portal's own reports."""
    received = YearlyReport.objects.filter(in_time, kind=YearlyReportKind.CARBON, status=YearlyReportState.RECEIVED)
    rows = received.filter(district__in=districts, year__lte=year)
    reports = list(rows.select_related("district").order_by("-year"))
    found: dict[int, list[VerifiedYear]] = {}
    for row in _years(reports, {row.pk for row in reports}, today):
        found.setdefault(row.report.district_id, []).append(row)
    return found


def _years(reports: list[YearlyReport], readable: Collection[int], today: dt.date) -> list[VerifiedYear]:
    return [_year(line.report, line, readable=line.report.pk in readable) for line in listed(reports, today) if line.report]


def carbon_of(viewer: Viewer, district: District) -> dict[str, Any]:
    """Targets next to the results of visible yearly verifications."""
    return {**targets_of(district, viewer.today), "verified": verified_years(viewer, district)}


def targets_of(district: District, today: dt.date) -> dict[str, Any]:
    """The plan that counts today, approved or else the newest draft, and its staged targets."""
    plan = plan_on(district, today)
    return {"plan": plan, "targets": sorted(plan.carbon_stage_targets, key=lambda row: row["year"]) if plan else []}


def _year(report: YearlyReport, line: ListedReport, *, readable: bool) -> VerifiedYear:
    figures = figures_of(report) if readable else {}
    return VerifiedYear(report, line, readable, figures.get("total"), figures.get("area"), intensity(figures))


def _carbon(check: SelfCheck, today: dt.date) -> str:
    """The sentence from the received verification for the self-check's year; empty if there is none."""
    years = memoisation.once(_received, check.district_id, today)
    found = next((row for row in years if row.report.year == check.year), None)
    if found is None or found.total is None:
        return ""
    per = "" if found.intensity is None else f"，单位建筑面积年碳排放量{found.intensity}kgCO₂e/(m²·a)"
    return f"{check.year}年度经核查的年碳排放总量{fixed(found.total, grouped=True)}tCO₂e{per}"


def _received(district: int, today: dt.date) -> list[VerifiedYear]:
    return received_years({district}, today.year, Q(), today).get(district, [])


CARBON = LiveFigure("carbon", "碳排放", frozenset({"overview", "indicators"}), _carbon)


MOVES = (("取得", "acquired_on"), ("开工", "started_on"), ("建成", "built_on"))


def _plots_moved(every: Sequence[PlotOnDay], year: int, day: dt.date) -> str:
    """Plots acquired, begun and completed in the year and the state at its end; empty without buildable plots."""
    plots = [plot for plot in every if plot.buildable]
    if not plots:
        return ""
    moved = "、".join(f"{word}{_within(plots, field, year)}个" for word, field in MOVES)
    built = [plot for plot in plots if plot.built_on]
    states = [plot.state for plot in built]
    area = sum(plot.floor_area for plot in built if plot.floor_area)
    floors = f"，建筑面积{fixed(area, grouped=True)}m²" if area else ""
    unfit = f"，不符合{states.count(UNFIT)}个" if UNFIT in states else ""
    return (
        f"{year}年地块{moved}；截至{day_in_words(day)}可建设地块{len(plots)}个，已建成{len(built)}个{floors}，"
        f"其中符合绿色生态要求{states.count(BUILT)}个{unfit}"
    )


def _within(plots: list[PlotOnDay], field: str, year: int) -> int:
    return sum(1 for plot in plots if (on := getattr(plot, field)) and on.year == year)


def _works_moved(works: Sequence[WorkOnDay], year: int, day: dt.date) -> str:
    """Works completed in the year and in total, with those behind schedule; empty without works."""
    if not works:
        return ""
    totals, late = totals_of_works(works), late_works(works, day)
    built = sum(1 for work in works if work.built_on and work.built_on.year == year)
    behind = f"，逾期未建成{len(late)}项" if late else ""
    stand = f"市政设施{len(works)}项，其中主要设施{totals.main}项、已建成{totals.built}项{behind}"
    return f"{year}年建成市政设施{built}项；截至{day_in_words(day)}{stand}"


def _projects_in_states(projects: Sequence[ProjectOnDay], _year: int, day: dt.date) -> str:
    """Key projects by state at the end of the year; empty without any."""
    if not projects:
        return ""
    states = "、".join(f"{label}{number}个" for label, number in totals_of_projects(projects).states if number)
    return f"截至{day_in_words(day)}近期重点项目{len(projects)}个：{states}"


LAND = (
    stock("plots_of_year", "当年地块", frozenset({"overview", "effect"}), "plots", _plots_moved),
    stock("works_of_year", "市政设施", frozenset({"overview"}), "works", _works_moved),
)
# Used by stories about past years, without the investment.
PROJECTS = stock("projects_of_year", "近期重点项目", frozenset(), "projects", _projects_in_states)


# Sections of this report in which figures of self-check, district file and verification are offered.
PLACES = {
    "scores": frozenset({"effect"}),
    "missed": frozenset({"effect", "plan"}),
    "controls": frozenset({"effect"}),
    "plots": frozenset({"overview"}),
    "projects": frozenset({"overview"}),
    "carbon": frozenset({"carbon"}),
}
# Figures that another paper on the same district and year states as well, compared one by one when the report is filed and received.
COMPARED = frozenset({"plots", "projects", "plots_of_year", "works_of_year", "carbon", "inventory"})


def has_text(report: YearlyReport) -> bool:
    """Whether this report is written in the portal, as only the operation report is."""
    return report.kind == YearlyReportKind.OPERATION


def last_text(report: YearlyReport) -> LastReport | None:
    """The newest received report of the district on an earlier year that was written in the portal."""
    reports = YearlyReport.objects.filter(
        district=report.district_id, kind=report.kind, year__lt=report.year, status=YearlyReportState.RECEIVED
    ).exclude(text={})
    row = reports.order_by("-year").values_list("year", "text").first()
    return None if row is None else LastReport(row[0], {key: str(row[1].get(key, "")) for key in KEYS})


def figures_now(report: YearlyReport, today: dt.date) -> list[tuple[LiveFigure, str]]:
    """Each kind of figure with its current sentence, those of the portal's own tables first; common data are read once.

    Plots and key projects are those of the last day of the year, as in the annual report.
    """
    check = SelfCheck.objects.select_related("district", "table").filter(district=report.district_id, year=report.year).first()
    of_check = OwnFigures(check, today) if check else None
    with held_reads():
        own = [(replace(kind, sections=PLACES[kind.key]), kind.says(of_check, today) if of_check else "") for kind in OWN]
        others = (*(replace(kind, sections=PLACES[kind.key]) for kind in (*STOOD, CARBON)), *LAND, *operation_figures)
        return [*own, *((kind, kind.says(report, today)) for kind in others)]


def offered_in(report: YearlyReport, texts: dict[str, str], today: dt.date) -> dict[str, list[OfferedFigure]]:
    """Figures by section, each computed once."""
    return offered_among(figures_now(report, today), SECTIONS, texts, today)


def stale_in(report: YearlyReport, today: dt.date) -> list[tuple[str, str]]:
    """(section, words) of figures that changed since they were inserted, without those that ``comparison_of`` compares.

    Nothing is computed for a text without any.
    """
    if not any("数据，" in str(text) for text in report.text.values()):
        return []
    others = [(kind, now) for kind, now in figures_now(report, today) if kind.key not in COMPARED]
    return list(stale_among(others, SECTIONS, report.text, "运营工作报告"))


def copied_in(report: YearlyReport) -> list[tuple[str, str]]:
    """(section, words) of sections that equal last year's text; nothing is read for a report without text."""
    return list(copied_among(last_text(report), SECTIONS, report.text, "运营工作报告")) if has_any(report.text) else []


def text_rows(report: YearlyReport) -> list[tuple[str, str]]:
    """Sections of the live text."""
    return [(section.title, str(report.text.get(section.key, ""))) for section in SECTIONS]


SPAN = 3  # 三年一评估: the year that is judged and the two before it
NOW = "报送时"


class Judged(Protocol):
    """Protocol of a stage assessment or post-evaluation; ``figures`` are frozen when it is filed."""

    district: District
    year: int
    figures: list[list[str]]


@dataclass(frozen=True)
class OperatedYear:
    """District and year, in the form the registered figures take instead of a report."""

    district: District
    year: int

    @property
    def district_id(self) -> int:
        """Primary key of the district."""
        return self.district.pk


def statements_of(matter: Judged, today: dt.date) -> list[list[str]]:
    """[year, name, sentence]: plots and key projects now; ledger, plots, works and carbon of each year; empty ones left out."""
    plots, projects = plots_words(totals_of(matter.district)), projects_words(list(matter.district.key_projects.order_by("pk")))
    with held_reads():
        found = [[NOW, "地块", plots], [NOW, "重点项目", projects]]
        for year in range(matter.year - SPAN + 1, matter.year + 1):
            operated = OperatedYear(matter.district, year)
            found += [[f"{year}年", kind.label, kind.says(operated, today)] for kind in (*operation_figures, *LAND, CARBON)]
    return [row for row in found if row[2]]


def shown_figures(matter: Judged, today: dt.date, *, readable: bool, filed: bool) -> list[list[str]]:
    """Figures frozen at filing; before that the current ones; none for users to whom the matter shows nothing yet."""
    if not readable:
        return []
    return matter.figures if filed else statements_of(matter, today)
