"""Yearly tracking evaluation 跟踪评估 of an area under the action plan: self-report, check, conclusion, use of the result."""
