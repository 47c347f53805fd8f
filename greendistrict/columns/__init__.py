"""Columns of a list of rows, declared once and read by every medium: page, form, workbook, API, paper and file (docs/adr/0022)."""
