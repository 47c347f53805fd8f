"""Management code of demo and bench."""
