"""跟踪评估: yearly evaluation of an area under the action plan: self-report, check, conclusion, adjusted tasks."""
