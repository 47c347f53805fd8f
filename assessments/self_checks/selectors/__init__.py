"""Read self-checks."""
