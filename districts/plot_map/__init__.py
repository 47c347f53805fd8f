"""Shapes of plots: taken from a file, drawn by state on the boundary together with the key projects."""
