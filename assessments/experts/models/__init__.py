"""Models of the expert pool."""
