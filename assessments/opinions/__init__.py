"""Opinions of expert panels: who answers each, and the comparison before it is closed."""
