"""Versions in sight, table by chapter, yearly values and progress towards the targets."""
