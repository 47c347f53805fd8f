"""Method page: methods and sources of the inventories, coverage, and a worked example that the command can recalculate."""
