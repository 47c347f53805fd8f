"""Services of the expert pool: entry, joining, changes, confirmation, import from a workbook."""
