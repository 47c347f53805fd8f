"""Settings with their proposals and what depends on them."""
