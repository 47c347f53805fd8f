"""Indicator systems of a special plan: versions, rows with targets, yearly values, move to another edition."""
