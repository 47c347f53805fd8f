"""Score tables, expert review, self-checks."""
