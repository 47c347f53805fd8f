"""Helpers run by make; not imported by the portal."""
