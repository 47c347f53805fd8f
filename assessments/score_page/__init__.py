"""The page for filling in a score table: chapters, rows, drawer, filters, autosave."""
