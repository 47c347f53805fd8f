"""Queries of the acceptance pages."""
