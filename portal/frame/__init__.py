"""Frame of every page: menu, counters, error pages, cache headers."""
