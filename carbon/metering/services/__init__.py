"""Write meters and readings."""
