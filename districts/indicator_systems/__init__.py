"""Indicator systems of a special plan: versions, rows with targets, yearly values, change of edition."""
