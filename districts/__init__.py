"""Districts, plans, key projects, plots, works and baselines."""
