"""Data shown on the tabs of the district page."""
