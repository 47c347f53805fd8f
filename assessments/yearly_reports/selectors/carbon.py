"""Carbon verifications of a district for its page, from the yearly reports."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports.enums import YearlyReportState
from assessments.yearly_reports.kinds import intensity
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.yearly_reports import ListedReport, contents_visible_to, figures_of, listed, reports_visible_to
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer


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
    """Targets of the newest specialised plan next to the results of visible yearly verifications."""
    plan = district.plans.order_by("-number").first()
    targets = sorted(plan.carbon_stage_targets, key=lambda row: row["year"]) if plan else []
    return {"plan": plan, "targets": targets, "verified": verified_years(viewer, district)}


def _year(report: YearlyReport, line: ListedReport, *, readable: bool) -> VerifiedYear:
    figures = figures_of(report) if readable else {}
    return VerifiedYear(report, line, readable, figures.get("total"), figures.get("area"), intensity(figures))
