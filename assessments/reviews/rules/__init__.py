"""Permissions on reviews."""
