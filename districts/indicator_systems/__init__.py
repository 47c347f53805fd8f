"""Indicator systems of a specialised plan: versions, rows with targets, yearly values, change of edition."""
