"""Stage assessment of a titled district: mechanisms, panel, conclusion, rectification."""
