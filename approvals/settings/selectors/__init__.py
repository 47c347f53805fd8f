"""Settings with their proposals, and what a change would affect."""
