"""Pages of the workbook of a score table: download, preview, import."""
