"""Values that sources bring into the rows of a score table, and their confirmation."""
