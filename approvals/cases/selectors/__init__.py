"""Visible cases, their materials, and numbers still missing."""
