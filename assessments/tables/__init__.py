"""Score tables: rows, cells, base quantities, scores, and editing permissions."""
