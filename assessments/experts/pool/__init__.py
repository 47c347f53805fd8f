"""Workbooks of the expert pool: list and template to download, import with preview, list of hours."""
