"""Management code of the portal."""
