"""Tables of this app."""

from beautiful.plans.models import ActionPlan, ActionTask, PlannedTask, QuarterlyProgress, RollOverRevocation, TaskAdjustment
from beautiful.releases.models import ProgressRelease

__all__ = ["ActionPlan", "ActionTask", "PlannedTask", "ProgressRelease", "QuarterlyProgress", "RollOverRevocation", "TaskAdjustment"]
