"""Models of the app ``beautiful``."""

from beautiful.area_indicators.models import AreaFigure, DimensionLinkDecision
from beautiful.evaluations.models import AreaEvaluation, EvaluationUse
from beautiful.plans.models import (
    ActionPlan,
    ActionTask,
    PlannedTask,
    ProgressCorrection,
    QuarterlyProgress,
    RollOverRevocation,
    TaskAdjustment,
)
from beautiful.releases.models import ProgressRelease
from beautiful.reserves.models import ReserveProject

__all__ = [
    "ActionPlan",
    "ActionTask",
    "AreaEvaluation",
    "AreaFigure",
    "DimensionLinkDecision",
    "EvaluationUse",
    "PlannedTask",
    "ProgressCorrection",
    "ProgressRelease",
    "QuarterlyProgress",
    "ReserveProject",
    "RollOverRevocation",
    "TaskAdjustment",
]
