"""Boundaries in force with their history, and outlines for maps."""
