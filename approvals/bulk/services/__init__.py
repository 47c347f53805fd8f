"""Bulk actions on cases, and storing imported historical records."""
