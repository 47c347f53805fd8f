"""Reading score tables: rows, scores, base quantities, who else is at work."""
