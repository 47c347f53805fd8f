"""Models of expert review."""
