"""Evaluation after acceptance: the yearly draw, the report of the district, the conclusion of the city."""
