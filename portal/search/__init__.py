"""Search over all apps."""
