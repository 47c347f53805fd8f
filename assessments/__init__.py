"""Score tables, self-checks, expert reviews and the other assessments of districts."""
