"""Rolling three-year action plan: tasks of city and districts, quarterly progress, adjustments, roll-over to the next plan."""
