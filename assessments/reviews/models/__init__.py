"""Stored things of the expert review."""
