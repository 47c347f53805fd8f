"""Selectors of meters, boards and inventory amounts."""
