"""Public notices with objections, and announcement batches."""
