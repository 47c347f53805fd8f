"""Inspections of the year with their findings by clause, and opinions of panels that are still open."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from approvals.opinions.models import ReviewOpinion
from assessments.common.enums import Severity
from assessments.inspections.enums import InspectionFindingState, InspectionState
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.opinions.selectors import OPINION_WORDS
from assessments.stage_assessments.models.opinions import StageOpinion
from greendistrict.policy.selectors import rule_title
from reports.city.figures.assessments import Period, period_of
from reports.city.figures.standing import TitleStand
from reports.city.sources import CityFigure, SourceRow

SHOWN = (InspectionState.ISSUED, InspectionState.CLOSED)
STATES = {InspectionFindingState.OPEN: "整改中", InspectionFindingState.REPLIED: "待复核", InspectionFindingState.CLOSED: "已销号"}


@dataclass(frozen=True)
class CityFinding:
    """What an inspection found."""

    district: str
    number: str
    on: dt.date
    clause: str
    text: str
    serious: bool
    due: dt.date
    state: str
    late: bool
    href: str

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet."""
        return self.state != STATES[InspectionFindingState.CLOSED]


@dataclass(frozen=True)
class OpenOpinion:
    """An opinion of a panel that is not closed."""

    district: str
    matter: str
    clause: str
    text: str
    kind: str
    state: str
    href: str


@dataclass(frozen=True)
class CitySupervision:
    """Everything part 8 shows; findings of earlier years are listed while they are open."""

    inspections: tuple[tuple[str, str, dt.date, str, int, str], ...]
    findings: tuple[CityFinding, ...]
    opinions: tuple[OpenOpinion, ...]
    figures: tuple[CityFigure, ...]

    def by_clause(self) -> list[tuple[str, int, int]]:
        """(clause, findings of the year, open ones), most findings first."""
        found, left = Counter(one.clause for one in self.findings), Counter(one.clause for one in self.findings if one.is_open)
        return [(clause, count, left[clause]) for clause, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def supervision_figures(stood: TitleStand, today: dt.date) -> CitySupervision:
    """Figures of a year; a constant number of queries."""
    period, demo = period_of(stood), stood.is_demo
    inspections = Inspection.objects.filter(inspected_on__range=(period.first, period.last), status__in=SHOWN, district__is_demo=demo)
    rows = inspections.select_related("district").prefetch_related("findings").defer("district__boundary").order_by("inspected_on", "pk")
    held = tuple(
        (
            row.district.name, row.number or "", row.inspected_on, str(row.get_mode_display()), len(row.findings.all()),
            reverse("assessments:inspection", args=[row.pk]),
        )
        for row in rows
    )  # fmt: skip
    findings = tuple(_findings(period, today, demo=demo))
    opinions = tuple(_opinions(demo=demo))
    figures = (
        CityFigure(
            "inspections", "监督检查", "次", tuple(SourceRow(name, f"{number} {mode}", href) for name, number, _, mode, _, href in held)
        ),
        _figure("findings", "检查问题", findings),
        _figure("findings_open", "未销号问题", (one for one in findings if one.is_open)),
        _figure("findings_late", "逾期未报整改", (one for one in findings if one.late)),
        CityFigure(
            "opinions_open", "未销号评审意见", "条", tuple(SourceRow(one.district, one.text, one.href, 1, one.clause) for one in opinions)
        ),
    )
    return CitySupervision(held, findings, opinions, figures)


def _figure(key: str, label: str, rows: Iterable[CityFinding]) -> CityFigure:
    return CityFigure(key, label, "个", tuple(SourceRow(one.district, one.text, one.href, 1, one.clause) for one in rows))


def _findings(period: Period, today: dt.date, *, demo: bool) -> Iterable[CityFinding]:
    rows = InspectionFinding.objects.filter(
        inspection__inspected_on__range=(period.first, period.last), inspection__status__in=SHOWN, inspection__district__is_demo=demo
    )
    found = rows.select_related("inspection__district").defer("inspection__district__boundary")
    for row in found.order_by("inspection__inspected_on", "inspection_id", "order"):
        inspection = row.inspection
        yield CityFinding(
            district=inspection.district.name,
            number=inspection.number or "",
            on=inspection.inspected_on,
            clause=row.item_id or rule_title(row.rule),
            text=row.text,
            serious=row.severity == Severity.SERIOUS,
            due=row.due,
            state=STATES[InspectionFindingState(row.status)],
            late=row.status == InspectionFindingState.OPEN and today > row.due,
            href=f"{reverse('assessments:inspection', args=[inspection.pk])}#finding-{row.pk}",
        )


def _opinions(*, demo: bool) -> Iterable[OpenOpinion]:
    """Opinions on cases and on stage assessments that wait for an answer or a re-check; two queries."""
    cases = ReviewOpinion.objects.filter(status__in=OPINION_WORDS, case__district__is_demo=demo)
    for one in cases.select_related("case__district").defer("case__district__boundary").order_by("case_id", "number"):
        yield _opinion(one, f"{one.case.number or ''} {one.case.get_kind_display()}".strip(), one.case_id)
    stages = StageOpinion.objects.filter(status__in=OPINION_WORDS, stage__district__is_demo=demo)
    for row in stages.select_related("stage__district").defer("stage__district__boundary").order_by("stage_id", "number"):
        yield _opinion(row, row.stage.name, row.stage_id)


def _opinion(one: ReviewOpinion | StageOpinion, matter: str, key: int) -> OpenOpinion:
    district, href = one.matter.district.name, reverse(one.PAGE, args=[key])
    clause = f"{one.item_id} {one.item_title}"
    return OpenOpinion(district, matter, clause, one.text, str(one.get_kind_display()), OPINION_WORDS[one.status], href)
