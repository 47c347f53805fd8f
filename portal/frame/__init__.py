"""Frame of every page: menu, figures beside it, error pages, what no cache may keep."""
