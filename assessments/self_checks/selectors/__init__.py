"""Reading self-checks."""
