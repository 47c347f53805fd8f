"""Figures of operation reports beside what the portal records for the last day of the year; what is to be explained, and what is filed."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import Q

from assessments.common.enums import YearlyReportKind
from assessments.self_checks.report import LiveFigure, inserted
from assessments.self_checks.selectors.stocks import STOOD, end_of
from assessments.yearly_reports.comparison import FigureComparison, FigureGap, compare
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from assessments.yearly_reports.report import operation_figures
from assessments.yearly_reports.selectors import yearly_reports
from assessments.yearly_reports.selectors.text import CARBON, COMPARED, LAND
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads
from greendistrict.workflow import timeline


def comparison_of(report: YearlyReport, today: dt.date) -> FigureComparison:
    """The report compared with the portal now; only figures that its text states are computed."""
    texts = [str(text) for text in report.text.values()]
    known: tuple[LiveFigure, ...] = (*STOOD, *LAND, CARBON, *operation_figures)
    kinds = [kind for kind in known if kind.key in COMPARED and any(inserted(kind.label, text) for text in texts)]
    with held_reads():
        return compare([(kind, kind.says(report, today)) for kind in kinds], report.text, report.explained)


def shown_comparison(report: YearlyReport, today: dt.date) -> FigureComparison:
    """As it was when the report was received; before that, and for reports received before comparisons were kept, as it is now."""
    if report.status == YearlyReportState.RECEIVED:
        for record in reversed(timeline.of_subject(report)):
            if record.action == "receive" and "comparison" in record.facts:
                kept = record.facts["comparison"]
                return FigureComparison(kept["count"], tuple(FigureGap(**row) for row in kept["gaps"]))
    return comparison_of(report, today)


def basis_words(report: YearlyReport, today: dt.date) -> str:
    """Which day and year the comparison uses."""
    day = day_in_words(end_of(report.year, today))
    return f"按平台记录的{day}的地块、重点项目、市政设施和{report.year}年度碳排放比较"


def comparison_fact(report: YearlyReport, today: dt.date) -> dict[str, Any]:
    """The comparison as stored with the step that receives the report."""
    return as_fact(comparison_of(report, today))


def as_fact(found: FigureComparison) -> dict[str, Any]:
    """A comparison as plain data."""
    return {"count": found.count, "gaps": [asdict(gap) for gap in found.gaps]}


def blocking(report: YearlyReport, today: dt.date) -> list[dict[str, str]]:
    """Everything missing before it can be handed up, with the differences that are neither brought up to date nor explained."""
    left = [
        {"field": gap.field, "text": f"{gap.words}：请更新正文中的数字，或者填写说明", "cite": ""}
        for gap in comparison_of(report, today).unexplained
    ]
    return yearly_reports.blocking(report, today) + left


def filed_contents(report: YearlyReport, today: dt.date) -> dict[str, Any]:
    """Filed content with its differences from the portal on the day of filing."""
    return yearly_reports.filed_contents(report, today) | {"gaps": comparison_fact(report, today)["gaps"]}


def received_comparisons(
    year: int, day: dt.date, in_time: Q, lists: Mapping[int, Mapping[str, Collection[Any]]]
) -> dict[int, FigureComparison]:
    """By district: its operation report on the year received ``in_time``, compared with the ``lists`` (``LISTS``) of a day; one query.

    Used by the portal's own reports, for the figures of plots, projects and works that they print themselves.
    """
    received = YearlyReport.objects.filter(in_time, kind=YearlyReportKind.OPERATION, status=YearlyReportState.RECEIVED, year=year)
    return {
        report.district_id: compare(
            [(kind, kind.words(lists[report.district_id][kind.rows], year, day)) for kind in (*STOOD, *LAND)], report.text, report.explained
        )
        for report in received.filter(district__in=list(lists))
    }
