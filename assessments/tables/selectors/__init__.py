"""Read score tables: rows, scores, base quantities, other people present."""
