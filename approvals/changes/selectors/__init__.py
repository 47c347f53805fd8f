"""What the pages of changes read."""
