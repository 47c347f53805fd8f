"""The workbook in which an expert scores offline: written, read back, compared."""
