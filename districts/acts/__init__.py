"""Decisions of authorities about a district that are entered by hand: forms, services and page."""
