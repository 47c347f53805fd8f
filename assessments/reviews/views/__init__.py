"""Pages of the expert review."""
