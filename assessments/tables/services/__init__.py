"""Saving cells and base quantities of score tables."""
