"""Publication of a quarter's progress, and its withdrawal."""
