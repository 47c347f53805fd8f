"""储备库: the project reserve libraries named by the draft: intake, screening, readiness, funding, entry in a national library."""
