"""Workbooks of the district file."""
