"""Lists on the district page, and where the values of a row come from."""
