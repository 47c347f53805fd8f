"""What the page of a score table shows."""
