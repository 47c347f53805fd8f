"""Guided entry: an edition entered chapter by chapter from the book, until it is handed to the import of editions."""
