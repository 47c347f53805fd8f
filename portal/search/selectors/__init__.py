"""Search results, by group."""
