"""Opening, prolonging and closing notices; publishing and correcting batches."""
