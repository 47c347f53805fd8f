"""Pages of the district file."""
