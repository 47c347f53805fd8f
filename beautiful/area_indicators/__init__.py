"""Indicators by area: what districts, carbon, land and the city's own records say of each of the ten areas."""
