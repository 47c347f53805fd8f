"""Pages that register a district and edit its profile."""
