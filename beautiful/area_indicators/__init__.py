"""Indicators of the ten areas, from districts' indicator systems, carbon, land and the city's own records."""
