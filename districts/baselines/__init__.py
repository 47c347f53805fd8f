"""Baselines frozen at the approval of the plan and at the grant of a title: plots and land as they were."""
