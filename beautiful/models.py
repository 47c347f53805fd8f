"""Tables of this app."""

from beautiful.area_indicators.models import AreaFigure, DimensionLinkDecision
from beautiful.plans.models import ActionPlan, ActionTask, PlannedTask, QuarterlyProgress, RollOverRevocation, TaskAdjustment
from beautiful.releases.models import ProgressRelease
from beautiful.reserves.models import ReserveProject

__all__ = [
    "ActionPlan",
    "ActionTask",
    "AreaFigure",
    "DimensionLinkDecision",
    "PlannedTask",
    "ProgressRelease",
    "QuarterlyProgress",
    "ReserveProject",
    "RollOverRevocation",
    "TaskAdjustment",
]
