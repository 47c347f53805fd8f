"""Score tables: rows, cells, base quantities, their scores, and who may change them."""
