"""Gallery of the components, available outside production only."""
