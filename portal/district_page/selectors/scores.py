"""Scores of a district from its last received self-check, the same figures as in the annual report."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from assessments.self_checks.models import SelfCheckState
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Series, radar
from greendistrict.core.rounding import fixed
from reports.annual.figures import AnnualFigures, district_figures

AXES = 3


@dataclass(frozen=True)
class Scores:
    """Radar with its table, and the figures. ``lines`` are (dimension, now, planned, difference)."""

    year: int
    annual: AnnualFigures
    chart: ChartDrawing | None
    lines: list[tuple[str, Decimal, Decimal | None, Decimal | None]]
    figures: list[dict[str, Any]]
    legend: list[tuple[str, str]]


def scores_of(viewer: Viewer, district: District) -> Scores | None:
    """Scores of the newest visible received self-check; None if there is none."""
    received = self_checks_visible_to(viewer).filter(district=district, status=SelfCheckState.RECEIVED).order_by("-year")
    check = received.select_related("district", "table__edition", "table__planned").first()
    if check is None:
        return None
    annual = district_figures(check, viewer.today)
    lines = [(row.dimension, row.score, row.planned, None if row.planned is None else row.score - row.planned) for row in annual.dimensions]
    now, planned = ("已实现", "预期") if annual.building else ("自评", "规划设计")
    legend = [("area", now), *([("goal", planned)] if any(line[2] is not None for line in lines) else [])]
    return Scores(annual.year, annual, _radar(lines, now, planned, annual.year), lines, _figures(annual, check.pk, now, planned), legend)


def _radar(lines: list[tuple[str, Decimal, Decimal | None, Decimal | None]], now: str, planned: str, year: int) -> ChartDrawing | None:
    if len(lines) < AXES:
        return None
    goal = Series(planned, [line[2] for line in lines]) if all(line[2] is not None for line in lines) else None
    return ChartDrawing(
        radar,
        [line[0] for line in lines],
        Series(now, [line[1] for line in lines]),
        goal=goal,
        title=f"{year}年度五个方面{now}与{planned}得分",
    )


def _figures(annual: AnnualFigures, check: int, now: str, planned: str) -> list[dict[str, Any]]:
    href = reverse("assessments:selfcheck", args=[check])
    before = "" if annual.previous_total is None else f"上年{fixed(annual.previous_total)}，"
    verdict = annual.verdict
    total = "—" if annual.total is None else fixed(annual.total)
    found = [{"label": f"{annual.year}年度 {now}", "value": total, "unit": "分", "note": f"{before}{verdict}", "href": href,
              "guess": annual.reference and not annual.building}]  # fmt: skip
    if annual.planned_total is not None:
        level = annual.planned_level or "未达星级"
        found.append({"label": planned, "value": fixed(annual.planned_total), "unit": "分", "note": level, "guess": annual.reference})
    return found
