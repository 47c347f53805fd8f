"""Forms of the district pages."""
