"""Baselines of plots and land, frozen at the approval of the plan and at the grant of a title."""
