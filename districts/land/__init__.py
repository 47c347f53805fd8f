"""Catalogues used to describe plots: national land-use classes and green indicators of plot control."""
