"""Decisions of authorities about a district, entered by hand: forms, services and pages."""
