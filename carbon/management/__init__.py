"""Management code of the carbon app."""
