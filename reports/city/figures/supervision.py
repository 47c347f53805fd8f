"""Inspections of the year with findings by clause, and opinions of panels, as of the snapshot day."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from approvals.casework.selectors.known_on_day import name_on
from approvals.opinions.models import ReviewOpinion
from approvals.opinions.selectors import state_on
from assessments.inspections.models import KNOWN_TO_DISTRICT, Inspection, InspectionFinding, InspectionFindingState, Severity
from assessments.inspections.selectors import finding_on_day
from assessments.opinions.models import OpinionState
from assessments.stage_assessments.models import StageOpinion
from greendistrict.core import clock
from greendistrict.policy.selectors import rule_title
from reports.city.figures.assessments import Period, period_of
from reports.city.figures.standing import TitleStand
from reports.city.sources import CityFigure, SourceRow


@dataclass(frozen=True)
class CityFinding:
    """A finding of an inspection; ``of_year`` is False for one of an earlier year, listed while it is open."""

    district: str
    number: str
    on: dt.date
    clause: str
    text: str
    serious: bool
    due: dt.date
    state: str
    late: bool
    of_year: bool
    href: str

    @property
    def is_open(self) -> bool:
        """Whether it is not closed."""
        return self.state != InspectionFindingState.CLOSED.label


@dataclass(frozen=True)
class OpenOpinion:
    """A panel's opinion that is not closed."""

    district: str
    matter: str
    clause: str
    text: str
    kind: str
    state: str
    href: str


@dataclass(frozen=True)
class CitySupervision:
    """Content of part 8; findings of earlier years are listed while they are open."""

    inspections: tuple[tuple[str, str, dt.date, str, int, str], ...]
    findings: tuple[CityFinding, ...]
    opinions: tuple[OpenOpinion, ...]
    figures: tuple[CityFigure, ...]

    def by_clause(self) -> list[tuple[str, int, int]]:
        """(clause, findings of the year, open ones), clauses with most findings first."""
        found, left = Counter[str](), Counter(finding.clause for finding in self.findings if finding.is_open)
        for finding in self.findings:
            found[finding.clause] += finding.of_year
        return [(clause, count, left[clause]) for clause, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def supervision_figures(stood: TitleStand) -> CitySupervision:
    """Figures of a year; a constant number of queries."""
    period, demo = period_of(stood), stood.is_demo
    inspections = Inspection.objects.filter(
        inspected_on__range=(period.first, period.last), status__in=KNOWN_TO_DISTRICT, district__is_demo=demo
    )
    rows = inspections.select_related("district").prefetch_related("findings").defer("district__boundary").order_by("inspected_on", "pk")
    held = tuple(
        (
            name_on(row.district, period.last), row.number or "", row.inspected_on, str(row.get_mode_display()), len(row.findings.all()),
            reverse("assessments:inspection", args=[row.pk]),
        )
        for row in rows
    )  # fmt: skip
    findings = tuple(_findings(period, demo=demo))
    opinions = tuple(_opinions(period.last, demo=demo))
    figures = (
        CityFigure(
            "inspections", "监督检查", "次", tuple(SourceRow(name, f"{number} {mode}", href) for name, number, _, mode, _, href in held)
        ),
        _figure("findings", "检查问题", (finding for finding in findings if finding.of_year)),
        _figure("findings_open", "未销号问题", (finding for finding in findings if finding.is_open)),
        _figure("findings_late", "逾期未报整改", (finding for finding in findings if finding.late)),
        CityFigure(
            "opinions_open", "未销号评审意见", "条", tuple(SourceRow(one.district, one.text, one.href, 1, one.clause) for one in opinions)
        ),
    )
    return CitySupervision(held, findings, opinions, figures)


def _figure(key: str, label: str, rows: Iterable[CityFinding]) -> CityFigure:
    return CityFigure(key, label, "个", tuple(SourceRow(row.district, row.text, row.href, 1, row.clause) for row in rows))


def _findings(period: Period, *, demo: bool) -> Iterable[CityFinding]:
    """Findings of the year, and earlier ones still open on its last day."""
    inspections = Inspection.objects.filter(inspected_on__lte=period.last, status__in=KNOWN_TO_DISTRICT, district__is_demo=demo)
    recent = Q(inspection__inspected_on__gte=period.first) | Q(closed_at=None) | Q(closed_at__gt=period.moments[1])
    findings = InspectionFinding.objects.filter(recent, inspection__in=inspections).select_related("inspection__district")
    for row in findings.defer("inspection__district__boundary").order_by("inspection__inspected_on", "inspection_id", "order"):
        inspection, stood = row.inspection, finding_on_day(row, period.last)
        yield CityFinding(
            district=name_on(inspection.district, period.last),
            number=inspection.number or "",
            on=inspection.inspected_on,
            clause=row.item_id or rule_title(row.rule),
            text=row.text,
            serious=row.severity == Severity.SERIOUS,
            due=row.due,
            state=str(InspectionFindingState(stood.state).label),
            late=stood.is_late,
            of_year=inspection.inspected_on >= period.first,
            href=f"{reverse('assessments:inspection', args=[inspection.pk])}#finding-{row.pk}",
        )


def _opinions(day: dt.date, *, demo: bool) -> Iterable[OpenOpinion]:
    """Opinions on cases and stage assessments waiting for a reply or a check at the end of ``day``; two queries."""
    after = clock.end_of(day)
    left = Q(drawn_up_at__lt=after) & (~Q(status=OpinionState.CLOSED) | Q(checked_at=None) | Q(checked_at__gte=after))
    cases = ReviewOpinion.objects.filter(left, case__district__is_demo=demo)
    for one in cases.select_related("case__district").defer("case__district__boundary").order_by("case_id", "number"):
        yield _opinion(one, f"{one.case.number or ''} {one.case.get_kind_display()}".strip(), one.case_id, day)
    stages = StageOpinion.objects.filter(left, stage__district__is_demo=demo)
    for row in stages.select_related("stage__district").defer("stage__district__boundary").order_by("stage_id", "number"):
        yield _opinion(row, row.stage.name, row.stage_id, day)


def _opinion(one: ReviewOpinion | StageOpinion, matter: str, key: int, day: dt.date) -> OpenOpinion:
    district, href = name_on(one.matter.district, day), reverse(one.PAGE, args=[key])
    clause = f"{one.item_id} {one.item_title}"
    return OpenOpinion(district, matter, clause, one.text, str(one.get_kind_display()), str(OpinionState(state_on(one, day)).label), href)
