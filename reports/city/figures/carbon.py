"""Carbon verifications and inventories of the year, compared with the target intensity of each specialised plan."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.urls import reverse

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports.kinds import intensity
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from assessments.yearly_reports.selectors.yearly_reports import figures_of
from carbon.targets.compared_years import ComparedYear
from carbon.targets.selectors import paths_filed
from districts.facts.facts import approved_plan_on
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from greendistrict.workflow.history import status_on
from reports.city.figures.standing import StandingDistrict, TitleStand
from reports.city.sources import CityFigure, Reckoning, SourceRow
from reports.closings.registry import received_in_time

NONE, LATE = "无记录", "截止日后接收，未计入"


@dataclass(frozen=True)
class CarbonLine:
    """A district: figures only from a received report; None means unknown.

    ``compared`` is the year's inventory compared with the path; None without one and in editions closed before inventories were read.
    """

    district: str
    state: str
    received: bool
    total: Decimal | None
    per_m2: Decimal | None
    per_person: Decimal | None
    target: Decimal | None
    verifier: str
    href: str
    compared: ComparedYear | None = None

    @property
    def above(self) -> Decimal | None:
        """How much the intensity found exceeds the target."""
        return None if self.per_m2 is None or self.target is None else self.per_m2 - self.target


@dataclass(frozen=True)
class CityCarbon:
    """Figures of part 7; ``inventories`` is False in editions closed before inventories were read."""

    lines: tuple[CarbonLine, ...]
    figures: tuple[CityFigure, ...]
    inventories: bool = False


def carbon_figures(stood: TitleStand, made_on: dt.date) -> CityCarbon:
    """Reports on the year as they stood on the paper's day, by districts with a title on the snapshot day; a constant number of queries."""
    begun = YearlyReport.objects.filter(opened_at__lt=clock.end_of(made_on))
    found = begun.filter(kind=YearlyReportKind.CARBON, year=stood.year, district__in=stood.by_district)
    found = found.annotate(stood=status_on(YearlyReport, made_on))
    reports = {report.district_id: report for report in found}
    in_time = set(found.filter(received_in_time(stood.year), stood=YearlyReportState.RECEIVED).values_list("district", flat=True))
    prefetch_related_objects(stood.districts, "plans")
    plans = {row.district.pk: approved_plan_on(row.district, stood.on) for row in stood.rows}
    paths = paths_filed(plans, stood.year, received_in_time(stood.year, "filed_at"))
    lines = tuple(
        _beside(
            _line(row, reports.get(row.district.pk), stood, received=row.district.pk in in_time),
            next((one for one in paths.get(row.district.pk, ()) if one.year == stood.year), None),
        )
        for row in stood.rows
    )
    received = [line for line in lines if line.received]
    emitted = tuple(SourceRow(line.district, "年碳排放总量", line.href, line.total) for line in received if line.total is not None)
    return CityCarbon(
        lines,
        (
            CityFigure(
                "carbon_received",
                "已接收的碳排放核查报告",
                "个",
                tuple(SourceRow(line.district, line.state, line.href) for line in received),
            ),
            CityFigure("carbon_total", "报告的年碳排放总量", "tCO₂e", emitted, Reckoning.SUM, unknown=len(lines) - len(emitted)),
        ),
        inventories=True,
    )


def _beside(line: CarbonLine, compared: ComparedYear | None) -> CarbonLine:
    """The line with the year's inventory, whose population of the year gives the emissions a person."""
    people = compared.population if compared else None
    per_person = half_up(line.total / people) if line.total is not None and people else None
    return replace(line, compared=compared, per_person=per_person)


def _line(row: StandingDistrict, report: YearlyReport | None, stood: TitleStand, *, received: bool) -> CarbonLine:
    plan = approved_plan_on(row.district, stood.on)
    target = plan.carbon_intensity_target if plan else None
    if report is None:
        return CarbonLine(
            row.name, NONE, received=False, total=None, per_m2=None, per_person=None, target=target, verifier="", href=row.href
        )
    state = vars(report)["stood"]
    late = state == YearlyReportState.RECEIVED and not received
    values = figures_of(report) if received else {}
    return CarbonLine(
        row.name,
        LATE if late else str(YEARLY_REPORT.state(state).label),
        received=received,
        total=values.get("total"),
        per_m2=intensity(values),
        per_person=None,
        target=target,
        verifier=report.verifier if received else "",
        href=reverse("assessments:yearly_report", args=[report.pk]),
    )
