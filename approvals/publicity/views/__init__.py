"""Pages of notices, objections and announcement batches."""
