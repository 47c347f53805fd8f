"""Saving rows of a list, and imports of a whole list with their undo."""
