"""Management code of the districts app."""
