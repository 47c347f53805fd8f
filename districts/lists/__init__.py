"""What lists of plots, key projects and works have in common: row forms, workbooks, imports with undo, sources of values."""
