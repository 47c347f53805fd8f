"""Pages of meters and readings."""
