"""What the work desk shows."""
