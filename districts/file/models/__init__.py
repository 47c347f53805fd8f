"""District, its parties and mandates, and the record of imports."""
