"""The page on which a score table is filled in: chapters, rows, drawer, filters, autosave."""
