"""Public notices with objections, and batches of announcements."""
