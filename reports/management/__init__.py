"""Management code of the reports app."""
