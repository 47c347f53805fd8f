"""Pages of versions and receipts."""
