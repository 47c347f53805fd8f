"""Editions as workbooks: lossless export with instructions and drop-downs, and import. Spreadsheet libraries are loaded on first use."""

from indicators.editions.workbook.build import blank_workbook, workbook_of
from indicators.editions.workbook.read import parse_workbook

__all__ = ["blank_workbook", "parse_workbook", "workbook_of"]
