"""Read yearly reports: visibility, missing parts, filed contents, tasks."""

import datetime as dt
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from assessments.common import owed_papers
from assessments.common import rules as filing
from assessments.common.calendar import receiving_term
from assessments.common.enums import YearlyReportKind
from assessments.common.selectors import own_people, own_side
from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports import lifecycle
from assessments.yearly_reports.kinds import REPORT_SPECS, ReportFigure, ReportSpec, contradictions, intensity, report_dues
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from assessments.yearly_reports.report import PART, SECTIONS, has_any, is_written
from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.memoisation import held_reads
from greendistrict.core.rounding import fixed
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings
from greendistrict.workflow import timeline
from greendistrict.workflow.todo import Task

Dues = Mapping[tuple[str, int], dt.date]
# SQL and parameters that tell the obligations whether each report was handed in.
HANDED_IN_ROWS = (
    "SELECT kind, id, district_id, year, filed_at IS NOT NULL AND status = ANY(%s) AS met FROM assessments_yearlyreport",
    (list(lifecycle.HANDED_IN),),
)
FILING = ("sign", "verified")  # steps by which a report is filed


def verifiers_of(district: District) -> list[tuple[int | None, str, str]]:
    """(organisation, name, group) of bodies that verified filed reports of the district, each once; their people do not judge it."""
    filed = YearlyReport.objects.filter(district=district, kind=YearlyReportKind.CARBON, number__isnull=False).exclude(verifier="")
    rows = filed.order_by("verifier", "verifier_body").values_list("verifier_body", "verifier", "verifier_body__group").distinct()
    return [(body, name, group or "") for body, name, group in rows]


def known_verifiers() -> list[str]:
    """Names of the verifying bodies that use the portal."""
    return list(Organisation.objects.filter(kind=OrganisationKind.VERIFIER).order_by("name_pinyin").values_list("name", flat=True))


def reports_visible_to(viewer: Viewer) -> QuerySet[YearlyReport]:
    """Reports the user sees: state of all for city and secretariat, the own ones for the district's side, received ones for partners."""
    reports = YearlyReport.objects.select_related("district")
    if filing.oversees(viewer.held):
        return reports
    return reports.filter(pk__in=YearlyReport.objects.filter(own_side(viewer) | _received(viewer)).order_by().values("pk"))


def contents_visible_to(viewer: Viewer) -> QuerySet[YearlyReport]:
    """Reports whose figures and files the user reads: the district's own people always, others once they are handed in."""
    handed_in = Q(status__in=lifecycle.HANDED_IN)
    if filing.oversees(viewer.held):
        return YearlyReport.objects.filter(handed_in)
    mine = own_people(viewer) | (own_side(viewer) & handed_in) | _received(viewer)
    return YearlyReport.objects.filter(pk__in=YearlyReport.objects.filter(mine).order_by().values("pk"))


def _received(viewer: Viewer) -> Q:
    return Q(status=YearlyReportState.RECEIVED) if viewer.held.has(Role.PARTNER) else Q(pk__in=())


def figures_of(report: YearlyReport) -> dict[str, Decimal]:
    """Figures as numbers; texts that are no number are left out."""
    figures = {}
    for key, text in report.figures.items():
        try:
            figures[key] = Decimal(text)
        except InvalidOperation:
            continue
    return figures


def figure_lines(form: ReportSpec, figures: Mapping[str, Decimal]) -> list[tuple[str, str, str]]:
    """(title, figure, unit) of each figure of the form and of derived ones."""
    lines = [(figure.title, _shown(figure, figures), figure.unit) for figure in form.figures]
    if form.kind == YearlyReportKind.CARBON:
        found = intensity(figures)
        lines.append(("单位建筑面积年碳排放量", "" if found is None else f"{found:,}", "kgCO₂e/(m²·a)"))
    return lines


def _shown(one: ReportFigure, figures: Mapping[str, Decimal]) -> str:
    return fixed(figures[one.key], one.places, grouped=True) if one.key in figures else ""


def blocking(report: YearlyReport, _today: dt.date) -> list[dict[str, str]]:
    """Everything missing before it can be handed up: field, words, source clause."""
    form, figures = REPORT_SPECS[report.kind], figures_of(report)
    there = {file.kind for file in evidence_of(report)}
    if is_written(report.text):
        there.add(next(part.title for part in form.parts if part.key == PART))
    missing = [part for part in form.parts if part.title not in there]
    lines = [(figure.key, f"“{figure.title}”未填") for figure in form.figures if figure.required and figure.key not in figures]
    if form.verified and not report.verifier.strip():
        lines.append(("verifier", "“核查机构”未填"))
    lines += contradictions(report.kind, figures)
    cited = [{"field": "upload", "text": f"缺少“{part.title}”", "cite": "" if part.is_own else form.cite} for part in missing]
    return cited + [{"field": field, "text": text, "cite": ""} for field, text in lines]


def filed_contents(report: YearlyReport, _today: dt.date) -> dict[str, Any]:
    """Filed content, as stored with the step that files it."""
    return {
        "figures": {
            title: f"{shown} {unit}" for title, shown, unit in figure_lines(REPORT_SPECS[report.kind], figures_of(report)) if shown
        },
        "verifier": report.verifier,
        "note": report.note,
        "text": [[section.title, str(report.text.get(section.key, ""))] for section in SECTIONS] if has_any(report.text) else [],
        "files": [{"title": file.printed_title, "kind": file.kind, "sha256": file.sha256} for file in evidence_of(report)],
    }


def filings_of(report: YearlyReport) -> list[dict[str, Any]]:
    """Contents of all filings, newest first, as stored with their steps."""
    signed = [record for record in timeline.of_subject(report) if record.action in FILING]
    return [{"at": record.at, **record.facts.get("filed", {})} for record in reversed(signed)]


def self_check_of(report: YearlyReport) -> SelfCheck | None:
    """The self-check that counts as the district's self-evaluation report of the year."""
    if report.kind != YearlyReportKind.OPERATION:
        return None
    return SelfCheck.objects.filter(district=report.district_id, year=report.year).first()


def obligation_of(kind: str) -> str:
    """Kind of the obligation fulfilled by a report of this kind."""
    return owed_papers.OF_REPORT[kind]


def deadline_of(report: YearlyReport, usual: dt.date) -> owed_papers.Deadline:
    """Last day of handing it in, after waiver or extension."""
    return owed_papers.deadline(owed_papers.yearly_key(obligation_of(report.kind), report.district_id, report.year), usual)


def late_word(report: YearlyReport, usual: dt.date, today: dt.date) -> TonedWord:
    """逾期, 逾期报送 or empty; late filing is allowed and marked."""
    filed = report.filed_at.astimezone(clock.SHANGHAI).date() if report.filed_at and report.status in lifecycle.HANDED_IN else None
    return deadline_of(report, usual).late_word(filed, today)


def late_condition(dues: Dues, today: dt.date) -> Q:
    """The condition of ``late_word`` as a query, for the kinds and years given."""
    condition = Q(pk__in=())
    for (kind, year), due in dues.items():
        moved = {district: day for (district, of), day in owed_papers.decided(obligation_of(kind)).items() if of == year}
        usual = ~Q(district__in=list(moved)) & _late_after(due, today)
        for district, day in moved.items():
            usual |= Q(district=district) & _late_after(day, today) if day is not None else Q(pk__in=())
        condition |= Q(kind=kind, year=year) & usual
    return condition & (Q(status__in=lifecycle.HANDED_IN) | ~owed_papers.of_ended_titles())


def _late_after(day: dt.date, today: dt.date) -> Q:
    """Condition: handed in after ``day``, or not handed in although it is over."""
    filed, after = Q(status__in=lifecycle.HANDED_IN), clock.end_of(day)
    late = filed & Q(filed_at__gte=after)
    return late | ~filed if today > day else late


@dataclass(frozen=True)
class ListedReport:
    """A line of the list; ``report`` is None if it is owed and nobody has opened it, ``figures`` are those of its workbook."""

    report: YearlyReport | None
    district: str
    is_demo: bool
    kind: str
    year: int
    status: str
    tone: str
    due: dt.date
    late: TonedWord
    waived: bool = False
    due_mark: str = ""
    figures: SimpleNamespace | None = None
    begun_at: str = ""

    @property
    def address(self) -> str:
        """The page of the report, or where it is begun."""
        return reverse("assessments:yearly_report", args=[self.report.pk]) if self.report else self.begun_at


def listed(reports: Iterable[YearlyReport], today: dt.date, dues: Dues | None = None) -> list[ListedReport]:
    """Lines of the list."""
    rows = list(reports)
    days = report_dues(row.year for row in rows) if dues is None else dues
    lines = []
    for row in rows:
        state, usual = YEARLY_REPORT.state(row.status), days[row.kind, row.year]
        day, late = deadline_of(row, usual), late_word(row, usual, today)
        about = (row, row.district.name, row.district.is_demo, str(row.get_kind_display()), row.year)
        lines.append(ListedReport(*about, state.label, state.tone, day.day, late, day.waived, day.mark(REPORT_SPECS[row.kind].setting)))
    return lines


def with_figures(line: ListedReport, readable: Container[int]) -> ListedReport:
    """The line with all figures and the verifier, of a report among the ``readable`` ones."""
    if line.report is None or line.report.pk not in readable:
        return line
    figures = figures_of(line.report)
    known = {figure.key: figures.get(figure.key) for spec in REPORT_SPECS.values() for figure in spec.figures}
    return replace(line, figures=SimpleNamespace(**known, intensity=intensity(figures), verifier=line.report.verifier))


def listed_unopened(row: owed_papers.UnopenedPaper, today: dt.date) -> ListedReport:
    """The line of a report that nobody has opened."""
    kind = owed_papers.REPORT_OF[row.kind]
    mark, label = row.deadline.mark(REPORT_SPECS[kind].setting), str(YearlyReportKind(kind).label)
    late = owed_papers.LATE if row.is_late(today) else owed_papers.IN_TIME
    about = (None, row.district, row.is_demo, label, row.year, row.status, "neutral", row.due)
    return ListedReport(*about, late, due_mark=mark, begun_at=row.page)


WAITING: dict[str, tuple[str, Callable[[HeldPosts, YearlyReport], bool]]] = {
    YearlyReportState.DRAFT: ("填报", lifecycle.may_fill),
    YearlyReportState.RETURNED: ("按退回意见补充", lifecycle.may_fill),
    YearlyReportState.SIGNING: ("审核签发", filing.signs),
    YearlyReportState.FILED: ("接收", filing.is_officer),
}


def waiting(viewer: Viewer) -> QuerySet[YearlyReport] | None:
    """Reports that may wait for this user; None if reports never wait for such a user."""
    held = viewer.held
    if not held.has(Role.CITY_OFFICER, Role.PREPARER, Role.CONSULTANT, Role.REVIEWER):
        return None
    mine = Q(status=YearlyReportState.FILED) if held.has(Role.CITY_OFFICER) else Q(pk__in=())
    if held.has(Role.PREPARER, Role.CONSULTANT, Role.REVIEWER):
        mine |= Q(pk__in=YearlyReport.objects.filter(own_people(viewer)).exclude(status=YearlyReportState.RECEIVED).order_by().values("pk"))
    return YearlyReport.objects.filter(mine).select_related("district")


def tasks_for(viewer: Viewer) -> list[Task]:
    """Reports that wait for this user now."""
    found = waiting(viewer)
    with held_reads():
        return [] if found is None else [task for row in found.order_by("year", "pk") if (task := task_of(viewer, row))]


def task_of(viewer: Viewer, report: YearlyReport) -> Task | None:
    """The user's task for the report, or None."""
    if not WAITING[report.status][1](viewer.held, report) or (report.status not in lifecycle.HANDED_IN and _deadline(report).ended):
        return None
    return Task(
        title=f"{WAITING[report.status][0]}{report.get_kind_display()}",
        subject=str(report),
        link=reverse("assessments:yearly_report", args=[report.pk]),
        since=report.filed_at if report.status == YearlyReportState.FILED else report.opened_at,
        due=_awaited_on(report),
        kind=f"yearly_report.{report.status}",
        is_demo=report.district.is_demo,
        rests_on=_rests_on(report),
    )


def _rests_on(report: YearlyReport) -> str:
    """Setting from which that day is counted; empty if a decision moved it."""
    if report.status == YearlyReportState.FILED:
        return "receive_days"
    return "" if _deadline(report).moved else REPORT_SPECS[report.kind].setting


def _awaited_on(report: YearlyReport) -> dt.date | None:
    """The city's last day of receipt for a filed report, else the district's last day."""
    if report.status == YearlyReportState.FILED and report.filed_at is not None:
        filed = report.filed_at.astimezone(clock.SHANGHAI).date()
        return receiving_term(filed, TermSettings(parameters.load(), workdays.current()))
    return _deadline(report).awaited_on


def _deadline(report: YearlyReport) -> owed_papers.Deadline:
    return deadline_of(report, report_dues([report.year])[report.kind, report.year])
