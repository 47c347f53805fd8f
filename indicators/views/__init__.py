"""Pages of the standards: reading, keeping, comparing, trying out."""
