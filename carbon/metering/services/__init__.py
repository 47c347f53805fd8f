"""Writing of meters and readings."""
