"""Yearly implementation plan and its items."""
