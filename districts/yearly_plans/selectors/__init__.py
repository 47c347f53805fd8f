"""Visible yearly plans, and the works they list for a district."""
