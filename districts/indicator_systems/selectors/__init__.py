"""Visible versions, table by chapter, yearly values and progress towards the targets."""
