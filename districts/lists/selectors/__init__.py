"""Lists on the district page, and sources of a row's values."""
