"""Tables of this app."""

from beautiful.plans.models import ActionPlan, ActionTask, PlannedTask, QuarterlyProgress, TaskAdjustment

__all__ = ["ActionPlan", "ActionTask", "PlannedTask", "QuarterlyProgress", "TaskAdjustment"]
