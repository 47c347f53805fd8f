"""Forms of the expert review."""
