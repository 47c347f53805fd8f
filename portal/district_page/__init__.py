"""The district page with its tabs."""
