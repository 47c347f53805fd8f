"""Workbooks and PDFs of all kinds of report."""
