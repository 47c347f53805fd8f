"""Yearly plans in sight, and what they list for a district."""
