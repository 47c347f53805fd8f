"""The report centre: asking, progress, history."""
