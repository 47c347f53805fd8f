"""Organisations, accounts and posts brought in by workbook."""
