"""Commands: import_edition, score."""
