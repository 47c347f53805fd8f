"""Enums that every feature of this app shares."""
