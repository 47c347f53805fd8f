"""Catalogues that plots are described with: national land-use classes and the green indicators of plot control."""
