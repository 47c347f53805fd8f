"""横向比较: districts side by side on a score or a clause of received score tables, with the distribution over peers of the same type."""
