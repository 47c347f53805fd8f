"""Code common to all kinds of reports: workbooks and PDFs."""
