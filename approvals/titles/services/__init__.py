"""Granting, extending and ending titles."""
