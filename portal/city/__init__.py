"""Figures of the whole city."""
