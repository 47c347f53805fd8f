"""Changes of a table cell by cell, and between its versions."""
