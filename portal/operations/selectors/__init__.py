"""Selectors of the operations page."""
