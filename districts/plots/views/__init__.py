"""Pages of plot control, opinions and later records."""
