"""Opening, submitting, returning and restoring score tables, with receipts."""
