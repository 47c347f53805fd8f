"""Open, extend and close notices; publish batches."""
