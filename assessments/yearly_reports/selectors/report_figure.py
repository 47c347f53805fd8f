"""Carbon emissions of a year in one sentence, for the self-check report."""

import datetime as dt

from django.db.models import Q

from assessments.self_checks.models import SelfCheck
from assessments.self_checks.registry import LiveFigure
from assessments.yearly_reports.selectors.carbon import received_years
from greendistrict.core.rounding import fixed


def _carbon(check: SelfCheck, today: dt.date) -> str:
    """The sentence from the received verification for the self-check's year; empty if there is none."""
    years = received_years({check.district_id}, check.year, Q(), today).get(check.district_id, [])
    found = next((row for row in years if row.report.year == check.year), None)
    if found is None or found.total is None:
        return ""
    per = "" if found.intensity is None else f"，单位建筑面积年碳排放量{found.intensity}kgCO₂/(m²·a)"
    return f"{check.year}年度经核查的年碳排放总量{fixed(found.total, grouped=True)}tCO₂{per}"


CARBON = LiveFigure("carbon", "碳排放", frozenset({"overview", "indicators"}), _carbon)
