"""What the page of operations reads."""
