"""Lists as workbooks: columns, cells, export, and reading back with a preview."""
