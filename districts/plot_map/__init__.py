"""Shapes of plots: imported from a file, drawn by state within the boundary together with the key projects."""
