"""Kinds of yearly report that a titled district owes: who owes them, what they contain, and when each is due.

七（三）4 and 八（四） name the reports but not their figures: the figures here are the portal's own and marked as such on the page.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.common.enums import YearlyReportKind
from greendistrict.core import workdays
from greendistrict.core.rounding import half_up
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date

LONGEST = 8000
KG_PER_M2 = Decimal(10)  # 1 t on 10⁴ m² is a tenth of a kilogram on each


@dataclass(frozen=True)
class ReportFigure:
    """A figure of a report: unit, maximum and decimal places; figures are never negative."""

    key: str
    title: str
    unit: str
    most: int
    places: int = 2
    required: bool = True


@dataclass(frozen=True)
class ReportPart:
    """A required file. ``is_own``: the portal asks for it, not the report's clause."""

    key: str
    title: str
    is_own: bool = False


@dataclass(frozen=True)
class ReportSpec:
    """A kind of report: its rule, the setting of its deadline, its number, its files and figures.

    The self-check counts as the self-evaluation report that 八（四） names (reading of OPERATE-REPORT), so no file is asked for it.
    """

    kind: YearlyReportKind
    rule: str
    cite: str
    setting: str
    prefix: str
    parts: tuple[ReportPart, ...]
    figures: tuple[ReportFigure, ...]
    verified: bool = False


REPORT_SPECS: dict[str, ReportSpec] = {
    YearlyReportKind.OPERATION: ReportSpec(
        YearlyReportKind.OPERATION,
        "OPERATE-REPORT",
        "八（四）",
        "operation_report.due",
        "YY",
        (ReportPart("operation", "运营工作报告"),),
        (
            ReportFigure("in_use", "已投入使用的建筑面积", "万m²", 100_000),
            ReportFigure("green", "其中绿色建筑面积", "万m²", 100_000),
            ReportFigure("staff", "专职运营管理人员", "人", 100_000, 0),
            ReportFigure("energy", "单位建筑面积年能耗", "kWh/(m²·a)", 10_000, 1, required=False),
        ),
    ),
    YearlyReportKind.CARBON: ReportSpec(
        YearlyReportKind.CARBON,
        "OPERATE-CARBON",
        "七（三）4",
        "carbon_verification.due",
        "TH",
        (ReportPart("carbon", "碳排放核查报告"), ReportPart("opinion", "核查意见", is_own=True)),
        (
            ReportFigure("total", "年碳排放总量", "tCO₂e", 100_000_000),
            ReportFigure("area", "核算建筑面积", "万m²", 100_000),
            ReportFigure("renewable", "可再生能源替代率", "%", 100, 1, required=False),
        ),
        verified=True,
    ),
}


def contradictions(kind: str, figures: Mapping[str, Decimal]) -> list[tuple[str, str]]:
    """(field, error) for figures of a report that contradict each other."""
    if kind == YearlyReportKind.OPERATION and figures.get("green", Decimal(0)) > figures.get("in_use", Decimal(0)):
        return [("green", "绿色建筑面积大于已投入使用的建筑面积")]
    if kind == YearlyReportKind.CARBON and figures.get("area") == 0:
        return [("area", "核算建筑面积不能为0")]
    return []


def intensity(figures: Mapping[str, Decimal]) -> Decimal | None:
    """Carbon intensity in kgCO₂e/(m²·a) with one decimal; None without both figures."""
    total, area = figures.get("total"), figures.get("area")
    return half_up(total / area / KG_PER_M2, 1) if total is not None and area else None


def report_dues(years: Iterable[int]) -> dict[tuple[str, int], dt.date]:
    """Last days of the reports by (kind, year reported on); settings and calendar are read once."""
    wanted = set(years)
    if not wanted:
        return {}
    held, calendar = parameters.load(), workdays.current()
    return {
        (kind, year): due_date(held.text(form.setting), year=year, calendar=calendar)
        for kind, form in REPORT_SPECS.items()
        for year in wanted
    }
