"""Pages of the yearly self-check."""
