"""Gallery of the components, mounted outside production only."""
