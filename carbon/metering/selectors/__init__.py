"""Meters, boards and amounts that pages read."""
