"""Data shown on the page of a score table."""
