"""Steps of plot control, values of indicators, opinions of departments, later records."""
