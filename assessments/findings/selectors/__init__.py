"""Findings of the check before submission, for a table and for each of its rows."""
