"""Pages of plot control, opinions and backfills."""
