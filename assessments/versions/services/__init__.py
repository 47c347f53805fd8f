"""Open, submit, return and restore score tables, with receipts."""
