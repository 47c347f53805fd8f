"""What changed in a table, cell by cell, and between its versions."""
