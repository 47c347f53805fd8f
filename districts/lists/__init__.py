"""Code shared by the lists of plots, key projects and works: row forms, workbooks, imports with undo, sources of values."""
