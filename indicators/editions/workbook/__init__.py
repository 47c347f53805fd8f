"""Editions as workbooks: out with guidance and drop-downs, and back exactly. The spreadsheet libraries load with first use."""

from indicators.editions.workbook.build import blank_workbook, workbook_of
from indicators.editions.workbook.read import parse_workbook

__all__ = ["blank_workbook", "parse_workbook", "workbook_of"]
