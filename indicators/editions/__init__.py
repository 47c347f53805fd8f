"""Editions of the standard: storage, lifecycle, workbook, pages."""
